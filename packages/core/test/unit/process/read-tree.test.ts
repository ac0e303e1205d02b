import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TreeEntry } from "../../../src/bottle/bottle.ts";
import { readTree } from "../../../src/process/read-tree.ts";

let root: string;
let dir: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "bb-tree-")));
  dir = join(root, "skill");
  mkdirSync(join(dir, "sub"), { recursive: true });
  writeFileSync(join(dir, "SKILL.md"), "text");
  writeFileSync(join(dir, "sub/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

async function read(path = dir): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of readTree(path)) entries.push(entry);
  return entries;
}

describe("readTree", () => {
  it("gives folders before what they hold, with the executable bit and no other", async () => {
    chmodSync(join(dir, "SKILL.md"), 0o666);
    chmodSync(join(dir, "sub/run.sh"), 0o6755);
    symlinkSync("../SKILL.md", join(dir, "sub/link"));
    mkdirSync(join(dir, ".git"));
    writeFileSync(join(dir, ".git/config"), "secret");
    symlinkSync(dir, join(root, "alias"));
    expect(await read(join(root, "alias"))).toEqual([
      { path: "SKILL.md", type: "file", mode: 0o644, content: Buffer.from("text") },
      { path: "sub", type: "directory", mode: 0o755 },
      { path: "sub/link", type: "symlink", mode: 0o777, target: "../SKILL.md" },
      { path: "sub/run.sh", type: "file", mode: 0o755, content: Buffer.from("#!/bin/sh\n") },
    ]);
  });

  it.each([["/etc/passwd"], ["../../outside"], ["missing"], ["hop/outside"]])(
    "refuses a link to %s",
    async (target) => {
      writeFileSync(join(root, "outside"), "secret");
      symlinkSync(target, join(dir, "sub/a-link"));
      if (target.startsWith("hop")) symlinkSync(root, join(dir, "sub/hop"));
      await expect(read()).rejects.toMatchObject({
        code: "BB_PROVISION",
        message: expect.stringContaining("leaves its folder"),
      });
    },
  );

  it("refuses an absolute link even into the folder itself, which the guest has elsewhere", async () => {
    symlinkSync(join(dir, "SKILL.md"), join(dir, "absolute"));
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("leaves its folder") });
  });

  it("refuses pipes without waiting for them, and folders that are too large", async () => {
    execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", join(dir, "pipe")]);
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("neither file, folder nor link") });
    rmSync(join(dir, "pipe"));
    writeFileSync(join(dir, "large"), "");
    truncateSync(join(dir, "large"), 300 * 1024 * 1024);
    await expect(read()).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: expect.stringContaining("more than 256 MiB"),
    });
  });

  it("refuses a folder nested without end", async () => {
    mkdirSync(join(dir, ...Array.from({ length: 40 }, () => "d")), { recursive: true });
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("deeper than 32") });
  });
});
