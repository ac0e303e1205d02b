import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { readLoginFile } from "../../../src/login/read-login-file.ts";
import { tempDir } from "../../support/temp-home.ts";

const VALUE = "t0ken-of-the-host-51c2";

function login(content = JSON.stringify({ token: VALUE }), mode = 0o600): string {
  const path = join(tempDir(), "auth.json");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const read = (path: string): unknown => readLoginFile({ path, program: "Codex", loginCommand: "codex login" });

function refusal(path: string): { readonly code?: string; readonly hint?: string; readonly text: string } {
  try {
    read(path);
  } catch (error) {
    const { code, hint } = error as { code?: string; hint?: string };
    return { ...(code === undefined ? {} : { code }), ...(hint === undefined ? {} : { hint }), text: inspect(error) };
  }
  return { text: "read" };
}

describe("readLoginFile", () => {
  it("reads a login of the user's own", () => {
    expect(read(login())).toEqual({ token: VALUE });
  });

  it("says how to log in where there is none", () => {
    const found = refusal(join(tempDir(), "auth.json"));
    expect(found).toMatchObject({ code: "BB_CREDENTIALS_MISSING", hint: expect.stringContaining("`codex login`") });
  });

  const folder = (): string => {
    const path = join(tempDir(), "auth.json");
    mkdirSync(path);
    return path;
  };
  const link = (): string => {
    const path = join(tempDir(), "auth.json");
    symlinkSync(login(), path);
    return path;
  };
  const pipe = (): string => {
    const path = join(tempDir(), "auth.json");
    execFileSync("mkfifo", ["-m", "600", path]);
    return path;
  };
  it.each<[what: string, make: () => string, says: RegExp, hint: RegExp]>([
    ["a link, even to a good one", link, /is a link/, /Replace the link/],
    ["a file that its group may read", () => login(undefined, 0o640), /is open to others/, /chmod 600/],
    ["a file that everybody may read", () => login(undefined, 0o604), /is open to others/, /chmod 600/],
    ["10 MB", () => login(`{"token": "${VALUE}${"x".repeat(10 * 1024 ** 2)}"}`), /larger than 64 KiB/, /codex login/],
    ["a folder", folder, /not a regular file/, /codex login/],
    ["a pipe", pipe, /not a regular file/, /codex login/],
    ["no JSON", () => login(`{"token": "${VALUE}`), /is not JSON/, /codex login/],
    ["JSON that is no object", () => login(`["${VALUE}"]`), /is not a JSON object/, /codex login/],
    ["nothing", () => login(""), /is not JSON/, /codex login/],
  ])("refuses %s, without a value of it", (_what, make, says, hint) => {
    const found = refusal(make());
    expect(found).toMatchObject({ code: "BB_LOGIN_UNUSABLE", hint: expect.stringMatching(hint) });
    expect(found.text).toMatch(says);
    expect(found.text).not.toContain(VALUE);
  });
});
