import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { planSkills } from "../../../src/prepare/plan-skills.ts";
import { tempHome } from "../../support/temp-home.ts";

function setUp() {
  const home = tempHome();
  const userHome = join(home.root, "..");
  const own = home.skills;
  const program = join(userHome, ".fake", "skills");
  for (const dir of [join(own, "lint"), join(program, "lint"), join(program, "release"), join(userHome, "secret")]) {
    mkdirSync(dir, { recursive: true });
  }
  const plan = (...names: string[]) => planSkills(names, ".fake/skills", { home, userHome });
  return { own, program, userHome, plan };
}

describe("planSkills", () => {
  it("finds skills in the user's own folder first, then in the program's, each once", async () => {
    const { own, program, plan } = setUp();
    expect(await plan("release", "lint", "release")).toEqual([
      { name: "release", path: join(program, "release") },
      { name: "lint", path: join(own, "lint") },
    ]);
    expect(await plan()).toEqual([]);
  });

  it("takes a link to a folder, and no file", async () => {
    const { own, userHome, plan } = setUp();
    symlinkSync(join(userHome, "secret"), join(own, "linked"));
    writeFileSync(join(own, "file"), "");
    expect(await plan("linked")).toEqual([{ name: "linked", path: join(own, "linked") }]);
    await expect(plan("file")).rejects.toMatchObject({ code: "BB_SKILL_MISSING" });
  });

  it("says where skills are, and which one was probably meant", async () => {
    const { own, program, plan } = setUp();
    await expect(plan("relase")).rejects.toMatchObject({
      code: "BB_SKILL_MISSING",
      message: 'The skill "relase" is not on this machine.',
      hint: `Did you mean "release"? Skills are folders in ${own} or ${program}.`,
    });
    await expect(plan("something-else-entirely")).rejects.toMatchObject({ hint: expect.stringMatching(/^Skills are/) });
  });

  it.each(["../../secret", "..", ".", "", "a/b", "Lint", "-x", "lint\0"])(
    "never leaves its folders for %j",
    async (name) => {
      await expect(setUp().plan(name)).rejects.toMatchObject({ code: "BB_SKILL_MISSING" });
    },
  );
});
