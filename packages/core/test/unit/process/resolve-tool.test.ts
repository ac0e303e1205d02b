import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInside, resolveTool, safeSearchPath } from "../../../src/process/resolve-tool.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "bb-tool-")));
  for (const dir of ["repository/bin", "repository/node_modules/.bin", "bin", "other"])
    mkdirSync(join(root, dir), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("safeSearchPath", () => {
  it("takes no program out of the repository, by whatever way PATH names it", async () => {
    const repository = join(root, "repository");
    symlinkSync(join(repository, "bin"), join(root, "alias"));
    const path = [
      ".",
      "",
      "bin",
      "node_modules/.bin",
      `${repository}/bin`,
      join(root, "alias"),
      join(root, "bin"),
      repository,
    ];
    expect(await safeSearchPath(path.join(":"), [repository])).toEqual([join(root, "bin")]);
  });

  it("takes no node_modules/.bin, which npx and pnpm put on PATH", async () => {
    expect(
      await safeSearchPath(`${root}/repository/node_modules/.bin:${root}/x/node_modules/.bin/:${root}/bin`, []),
    ).toEqual([join(root, "bin")]);
  });

  it("keeps everything when a command runs in the root folder", async () => {
    expect(await safeSearchPath(`${root}/bin:${root}/bin:/usr/bin`, ["/"])).toEqual([join(root, "bin"), "/usr/bin"]);
    expect(await safeSearchPath(undefined, ["/"])).toEqual([]);
  });
});

describe("resolveTool", () => {
  it("finds the first program that can be run", async () => {
    mkdirSync(join(root, "bin/tool"));
    writeFileSync(join(root, "other/tool"), "", { mode: 0o755 });
    writeFileSync(join(root, "bin/data"), "", { mode: 0o644 });
    const path = [join(root, "bin"), join(root, "other")];
    expect(await resolveTool("tool", path)).toBe(join(root, "other/tool"));
    for (const name of ["data", "missing", "../other/tool", "other/tool"]) {
      await expect(resolveTool(name, path)).rejects.toMatchObject({
        code: "BB_COMMAND",
        hint: expect.stringContaining("Install"),
      });
    }
  });
});

it("isInside sees borders of folders", () => {
  expect(isInside("/a/b", "/a")).toBe(true);
  expect(isInside("/a", "/a")).toBe(true);
  expect(isInside("/ab", "/a")).toBe(false);
  expect(isInside("/", "/a")).toBe(false);
  expect(isInside("/a/..b", "/a")).toBe(true);
});
