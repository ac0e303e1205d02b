import { expect } from "@jest/globals";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Installation } from "./installation.ts";
import type { Ran } from "./process.ts";

/** What a start needs to go on without a human. */
export const GO = ["--headless", "--prompt", "true"];

export interface Refusal {
  readonly code: string;
  /** default 1 */
  readonly exitCode?: number;
  readonly says: RegExp;
  readonly hint: RegExp;
}

/** A refusal for people, the last thing on stderr: code and sentence, then the hint, indented; nothing on stdout. */
export function expectRefusal({ exitCode, stdout, stderr }: Ran, expected: Refusal): void {
  const text = stderr.slice(Math.max(0, stderr.lastIndexOf(`${expected.code} `)));
  const [sentence = "", ...hint] = text.trimEnd().split("\n");
  expect({ exitCode, stdout, sentence, text, hint: hint.join("\n") }).toEqual({
    exitCode: expected.exitCode ?? 1,
    stdout: "",
    sentence: expect.stringMatching(new RegExp(`^${expected.code} \\S`)),
    text: expect.stringMatching(expected.says),
    hint: expect.stringMatching(expected.hint),
  });
  expect(hint.filter((line) => !line.startsWith("  "))).toEqual([]);
}

/** Every file of a home with its text, but for the id of the installation, which any command may make. */
async function textsBelow({ home }: Installation): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const own = files.filter((file) => file !== join(home, "owner"));
  return Object.fromEntries(await Promise.all(own.map(async (file) => [file, await readFile(file, "utf8")] as const)));
}

/** Runs a command that must be refused, and looks that it has left and changed nothing. */
export async function expectRefused(
  installation: Installation,
  argv: readonly string[],
  refusal: Refusal,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const before = await textsBelow(installation);
  expectRefusal(await installation.run(argv, { env }), refusal);
  expect(await installation.left()).toEqual([]);
  expect(await textsBelow(installation)).toEqual(before);
}
