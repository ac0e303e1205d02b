import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { processIdentity } from "../../../src/state/process-identity.ts";
import { FakeBackend } from "../../../src/testing/fake-backend.ts";
import { fakeHost } from "../../../src/testing/fake-host.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { tempDir } from "../../support/temp-home.ts";

const PATH = process.env["PATH"] ?? "";

afterEach(() => {
  process.env["PATH"] = PATH;
});

const git = (cwd: string, ...argv: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=h", "-c", "user.email=h@h", ...argv], { cwd, encoding: "utf8" });

/** A launch that copies a repository whose git never ends one of its commands. */
async function launchWith(slowCommand: string) {
  const root = tempDir();
  const cwd = join(root, "repository");
  mkdirSync(join(cwd, "nested"), { recursive: true });
  for (const folder of [join(cwd, "nested"), cwd]) {
    writeFileSync(join(folder, "file"), "text");
    git(folder, "init", "--quiet");
  }
  git(cwd, "add", "file");
  git(cwd, "commit", "--quiet", "--message", "one");
  const host = fakeHost(root);
  const backend = new FakeBackend();
  const plan = await backend.prepare({ ...sampleSpec, cwd, workspace: { mode: "copy", includeIgnored: false } }, host);

  const pidFile = join(root, "pid");
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  mkdirSync(join(root, "bin"));
  const script = `#!/bin/sh\ncase "$PWD $*" in ${slowCommand}) echo $$ >${pidFile}; exec sleep 60;; esac\nexec ${real} "$@"\n`;
  writeFileSync(join(root, "bin/git"), script, { mode: 0o755 });
  process.env["PATH"] = `${join(root, "bin")}:${PATH}`;
  const stop = new AbortController();
  const launched = backend.launch(plan, { host, signal: stop.signal });
  launched.catch(() => undefined);
  while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await delay(5);
  return { backend, host, launched, stop, pid: Number(readFileSync(pidFile, "utf8")) };
}

describe("a launch that is stopped while the workspace is read", () => {
  it.each([
    ["git is asked about the folder", "*rev-parse*"],
    ["its files are listed", "*/repository*ls-files*"],
    ["the files of a repository inside it are listed", "*/nested*ls-files*"],
    ["its history is bundled", "*bundle\\ create*"],
  ])("ends at once when %s, and leaves nothing", async (_title, slowCommand) => {
    const { backend, host, launched, stop, pid } = await launchWith(slowCommand);
    stop.abort(new Error("Ctrl-C"));
    await expect(launched).rejects.toMatchObject({ code: "BB_ABORTED" });
    expect(await processIdentity(pid)).toBeUndefined();
    expect(backend.left).toEqual([]);
    expect(readdirSync(host.home.stateRoot)).toEqual([]);
  });
});
