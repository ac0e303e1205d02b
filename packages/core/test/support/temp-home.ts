import { mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { type HomePaths, homePaths } from "../../src/paths/home.ts";

const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true, force: true });
});

/** A folder of this test alone, gone after it. */
export function tempDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "bot-bottle-core-")));
  made.push(dir);
  return dir;
}

/** Paths of a home that is not there yet. */
export function tempHome(): HomePaths {
  return homePaths(join(tempDir(), ".bot-bottle"));
}
