import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../../../src/process/safe-git.ts";
import { isRefName } from "../../../src/workspace/ref-name.ts";
import { HostFolder } from "../workspace/support/host-folder.ts";

it("asks nothing, fetches nothing and replaces nothing", async () => {
  using host = new HostFolder();
  host.repository();
  host.sh("echo other > other && git add other && git commit --quiet -m other && git replace HEAD HEAD^");
  expect(host.sh("git log -1 --format=%s HEAD")).toBe("first");
  const repository = { top: host.work, gitDir: join(host.work, ".git") };
  const ask = async (...args: string[]): Promise<string> =>
    (await git({ repository, cwd: host.work, args })).stdout.toString().trim();
  expect(await ask("log", "-1", "--format=%s", "HEAD")).toBe("other");
  const url = `file://${host.work}`;
  host.sh("git config protocol.file.allow always && git config protocol.ext.allow always");
  await expect(ask("ls-remote", url)).rejects.toMatchObject({ hint: expect.stringContaining("not allowed") });
  await expect(ask("ls-remote", "ext::sh -c true")).rejects.toMatchObject({
    hint: expect.stringContaining("not allowed"),
  });
});

it("takes the repository that it is given, whatever lies in the way", async () => {
  using host = new HostFolder();
  host.repository();
  mkdirSync(host.path("other"));
  writeFileSync(host.path("other/trap.txt"), "");
  host.sh(`git config core.worktree ${host.path("other")}`);
  const repository = { top: host.work, gitDir: join(host.work, ".git") };
  const { stdout } = await git({ repository, cwd: host.work, args: ["ls-files", "--cached", "--others"] });
  expect(stdout.toString()).toBe("README.md\n");
});

it("is not the git of the repository", async () => {
  using host = new HostFolder();
  host.repository();
  const path = process.env["PATH"];
  for (const dir of [host.work, join(host.work, "node_modules/.bin")]) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "git"), "#!/bin/sh\necho trapped\n", { mode: 0o755 });
  }
  process.env["PATH"] = `${host.work}/node_modules/.bin:${host.work}:${path ?? ""}`;
  try {
    const repository = { top: host.work, gitDir: join(host.work, ".git") };
    mkdirSync(join(host.work, "sub"));
    expect((await git({ repository, cwd: join(host.work, "sub"), args: ["--version"] })).stdout.toString()).toContain(
      "git version",
    );
  } finally {
    process.env["PATH"] = path;
  }
});

it("isRefName allows nothing that git refuses", async () => {
  const unit = fc.constantFrom(
    ...Array.from("abA0.-_/@{}~^:?*[\\ \t\u001b\u007f"),
    ".lock",
    "..",
    "@{",
    "é",
    "refs/heads/",
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 8 }), async (name) => {
      const full = `refs/heads/${name}`;
      if (!isRefName(full)) return;
      const { exitCode } = await git({ args: ["check-ref-format", full], okExitCodes: [0, 1] });
      expect({ full, exitCode }).toEqual({ full, exitCode: 0 });
    }),
    { numRuns: 150 },
  );
  for (const name of ["main", "feature/x", "a.b", "ünï", "@x", "x-y_z"])
    expect(isRefName(`refs/heads/${name}`)).toBe(true);
});
