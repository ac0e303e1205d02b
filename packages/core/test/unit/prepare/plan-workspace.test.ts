import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { planWorkspace } from "../../../src/prepare/plan-workspace.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { tempDir } from "../../support/temp-home.ts";

describe("planWorkspace", () => {
  it("does not look at the folder unless a copy is asked for", async () => {
    const spec = { ...sampleSpec, cwd: "/nonexistent" };
    expect(await planWorkspace(spec, "/home/node/workspace")).toEqual({
      mode: "none",
      guestPath: "/home/node/workspace",
      includeIgnored: false,
      fileCount: 0,
      suspicious: [],
    });
  });

  it("counts what a copy would carry, and what looks like a secret", async () => {
    const cwd = join(tempDir(), "project");
    mkdirSync(cwd);
    for (const name of ["README.md", ".env"]) writeFileSync(join(cwd, name), "x");
    const spec = { ...sampleSpec, cwd, workspace: { mode: "copy", includeIgnored: true } } as const;
    expect(await planWorkspace(spec, "/work")).toEqual({
      mode: "copy",
      source: cwd,
      guestPath: "/work",
      includeIgnored: true,
      fileCount: 2,
      suspicious: [".env"],
    });
  });

  it("refuses a folder that is not there", async () => {
    const spec = { ...sampleSpec, cwd: "/nonexistent", workspace: { mode: "copy", includeIgnored: false } } as const;
    await expect(planWorkspace(spec, "/work")).rejects.toMatchObject({ code: "BB_WORKSPACE" });
  });
});
