import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Bottle, TreeEntries } from "../../../src/bottle/bottle.ts";
import { provisionSkills } from "../../../src/provision/skills.ts";
import { changed, minimalPlan } from "../../support/plans.ts";
import { tempDir } from "../../support/temp-home.ts";

async function copied(skills: readonly { readonly name: string; readonly path: string }[]): Promise<string[]> {
  const { plan } = await minimalPlan();
  const lines: string[] = [];
  const copyIn = async (entries: TreeEntries, dir: string): Promise<void> => {
    for await (const { path, type } of entries) lines.push(`${type} ${dir}/${path}`);
  };
  await provisionSkills(changed(plan, { skills }), { copyIn } as unknown as Bottle, "/home/node/.fake/skills");
  return lines;
}

describe("provisionSkills", () => {
  it("copies each skill's tree below the program's folder", async () => {
    const path = tempDir();
    mkdirSync(join(path, "scripts"));
    for (const name of ["SKILL.md", "scripts/run.sh"]) writeFileSync(join(path, name), "x");
    expect(await copied([{ name: "lint", path }])).toEqual([
      "file /home/node/.fake/skills/lint/SKILL.md",
      "directory /home/node/.fake/skills/lint/scripts",
      "file /home/node/.fake/skills/lint/scripts/run.sh",
    ]);
    expect(await copied([])).toEqual([]);
  });

  it("never follows a link out of a skill", async () => {
    const path = tempDir();
    symlinkSync("/etc/passwd", join(path, "SKILL.md"));
    await expect(copied([{ name: "lint", path }])).rejects.toMatchObject({ code: "BB_PROVISION" });
  });
});
