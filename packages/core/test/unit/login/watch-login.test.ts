import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { HostLogin } from "../../../src/login/host-login.ts";
import { readLoginFile } from "../../../src/login/read-login-file.ts";
import { watchLogin } from "../../../src/login/watch-login.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { tempDir } from "../../support/temp-home.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A login on disk that is watched, and what came of it so far. */
function watched() {
  const path = join(tempDir(), "auth.json");
  const write = (text: string): void => {
    writeFileSync(path, text, { mode: 0o600 });
  };
  write('{"token":"one"}');
  const read = (): HostLogin => {
    const { token } = readLoginFile({ path, program: "Codex", loginCommand: "codex login" });
    return { path, token: new Secret(String(token)), expires: undefined };
  };
  const login = read();
  const seen: string[] = [];
  const begin = (): void => {
    const onToken = (token: Secret): void => void seen.push(token.reveal());
    const onUnusable = (error: unknown): void => void seen.push((error as { code: string }).code);
    stops.push(watchLogin({ login, read, onToken, onUnusable }));
  };
  return { path, write, seen, begin };
}

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; !check() && waited < 10_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("watchLogin", () => {
  it("tells a new token, once, whether the file is written anew or replaced", async () => {
    const { path, write, seen, begin } = watched();
    begin();
    write('{"token":"one", "more":1}');
    write('{"token":"two"}');
    await until(() => seen.length > 0);
    writeFileSync(`${path}.new`, '{"token":"three"}', { mode: 0o600 });
    renameSync(`${path}.new`, path);
    await until(() => seen.length > 1);
    expect(seen).toEqual(["two", "three"]);
  });

  it("tells at once what changed before it began", () => {
    const { write, seen, begin } = watched();
    write('{"token":"two"}');
    begin();
    expect(seen).toEqual(["two"]);
  });

  it("says once that a login cannot be used any more, keeps quiet about half a file, and goes on after it", async () => {
    const { write, seen, begin } = watched();
    write('{"tok');
    begin();
    write('{"token":"one"}');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(seen).toEqual([]);
    write("gone");
    await until(() => seen.length > 0);
    write("gone for good");
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    write('{"token":"two"}');
    await until(() => seen.length > 1);
    expect(seen).toEqual(["BB_LOGIN_UNUSABLE", "two"]);
  });
});
