import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";

/** Copies each skill's folder below the program's skills folder; nothing without skills. */
export async function provisionSkills(plan: BottlePlan, bottle: Bottle, skillsDir: string): Promise<void> {
  if (plan.skills.length === 0) return;
  const { readTree } = await import("../process/read-tree.ts");
  for (const skill of plan.skills) await bottle.copyIn(readTree(skill.path), `${skillsDir}/${skill.name}`);
}
