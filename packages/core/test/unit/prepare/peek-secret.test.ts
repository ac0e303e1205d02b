import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it, jest } from "@jest/globals";
import { peekSecret, type SecretSources } from "../../../src/prepare/peek-secret.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { tempDir } from "../../support/temp-home.ts";

const sources = (env: NodeJS.ProcessEnv): SecretSources => ({
  env,
  hostLogin: (name) => new Secret(`login of ${name}`),
});

function secretFile(content: string | Uint8Array = "v4lue-7f3a\n", mode = 0o600): string {
  const path = join(tempDir(), "token");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}
const peekFile = (name: string): string | undefined => peekSecret({ source: "file", name }, sources({}))?.reveal();

/** What is thrown, with everything that printing it would show. */
function refusal(work: () => unknown): { code?: string; message: string; hint?: string; text: string } {
  try {
    work();
  } catch (error) {
    return { ...(error as { code: string; hint: string }), message: (error as Error).message, text: inspect(error) };
  }
  throw new Error("nothing was thrown");
}

describe("peekSecret of a file", () => {
  it.each([
    [0o600, "v4lue-7f3a\n"],
    [0o400, "v4lue-7f3a"],
    [0o700, "v4lue-7f3a\r\n"],
  ])("reads one with mode %o", (mode, content) => {
    expect(peekFile(secretFile(content, mode))).toBe("v4lue-7f3a");
  });

  it("drops a byte order mark", () => {
    expect(peekFile(secretFile("\ufeffv4lue-7f3a\n"))).toBe("v4lue-7f3a");
  });

  it("follows a link to a file that passes", () => {
    const link = join(tempDir(), "link");
    symlinkSync(secretFile(), link);
    expect(peekFile(link)).toBe("v4lue-7f3a");
  });

  it.each([0o640, 0o604, 0o620, 0o601, 0o777])("refuses mode %o, also behind a link", (mode) => {
    const path = secretFile("v4lue-7f3a", mode);
    const link = join(tempDir(), "link");
    symlinkSync(path, link);
    for (const name of [path, link]) {
      expect(refusal(() => peekFile(name))).toMatchObject({
        code: "BB_SECRET_UNAVAILABLE",
        message: `The secret file "${name}" is open to others.`,
        hint: `Run: chmod 600 "${name}"`,
      });
    }
  });

  it("refuses another user's, and takes root's", () => {
    const path = secretFile();
    const getuid = jest.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(54_321);
    const isRoot = (process.geteuid?.() ?? -1) === 0;
    if (isRoot) chownAway(path);
    expect(refusal(() => peekFile(path))).toMatchObject({
      code: "BB_SECRET_UNAVAILABLE",
      message: `The secret file "${path}" belongs to another user.`,
    });
    getuid.mockRestore();
  });

  it.each<[string, (path: string) => void, string]>([
    [
      "a folder",
      (path) => {
        mkdirSync(path, { mode: 0o700 });
      },
      "is not a regular file",
    ],
    ["nothing", () => undefined, "cannot be read (ENOENT)"],
    [
      "10 MB",
      (path) => {
        writeFileSync(path, "", { mode: 0o600 });
        truncateSync(path, 10_000_000);
      },
      "is larger than 64 KiB",
    ],
  ])("refuses %s", (_title, make, what) => {
    const path = join(tempDir(), "token");
    make(path);
    expect(refusal(() => peekFile(path))).toMatchObject({
      code: "BB_SECRET_UNAVAILABLE",
      message: `The secret file "${path}" ${what}.`,
    });
  });

  it.each<[string, string | Uint8Array]>([
    ["nothing in it", "\n"],
    ["two lines", "v4lue-7f3a\nanother"],
    ["NUL", "v4lue-7f3a\0"],
    ["bytes that are no text", Buffer.from("v4lue-\u00ff", "latin1")],
  ])("refuses a file with %s, without showing it", (_title, content) => {
    const { code, text } = refusal(() => peekFile(secretFile(content)));
    expect(code).toBe("BB_SECRET_UNAVAILABLE");
    expect(text).not.toContain("v4lue");
  });
});

describe("peekSecret of other sources", () => {
  const env = { TOKEN: "v4lue-7f3a", EMPTY: "", LINES: "v4lue-7f3a\nmore" };

  it("reads a variable, and leaves a prompt to the human", () => {
    expect(peekSecret({ source: "env", name: "TOKEN" }, sources(env))?.reveal()).toBe("v4lue-7f3a");
    expect(peekSecret({ source: "prompt", name: "Your token" }, sources(env))).toBeUndefined();
  });

  it.each([
    ["NONE", "The environment variable NONE is not set."],
    ["constructor", "The environment variable constructor is not set."],
    ["EMPTY", 'The secret "EMPTY" is empty.'],
    ["LINES", 'The secret "LINES" has more than one line.'],
  ])("refuses the variable %s", (name, message) => {
    const found = refusal(() => peekSecret({ source: "env", name }, sources(env)));
    expect(found).toMatchObject({ code: "BB_SECRET_UNAVAILABLE", message });
    expect(found.text).not.toContain("v4lue-7f3a");
  });

  it("asks the provider for the login of its program", () => {
    expect(peekSecret({ source: "host-login", name: "codex" }, sources(env))?.reveal()).toBe("login of codex");
  });
});

/** Only root can give a file away, and only to root does every file seem its own. */
function chownAway(path: string): void {
  execFileSync("chown", ["65534", path]);
}
