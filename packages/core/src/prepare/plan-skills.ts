import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PrepareHost } from "../backend/hosts.ts";
import type { SkillPlan } from "../bottle/plan-parts.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { nearest } from "../errors/nearest.ts";

/** The name of a folder and no way to another one. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function namesIn(dir: string): Promise<string[]> {
  return (await readdir(dir).catch(() => [])).filter((name) => NAME.test(name));
}

async function missingSkill(name: string, roots: readonly string[]): Promise<BotBottleError> {
  const close = nearest(name, (await Promise.all(roots.map(namesIn))).flat());
  return new BotBottleError("BB_SKILL_MISSING", `The skill "${name}" is not on this machine.`, {
    hint: `${close === undefined ? "" : `Did you mean "${close}"? `}Skills are folders in ${roots.join(" or ")}.`,
  });
}

/**
 * Finds each skill below `~/.bot-bottle/skills`, then in the agent program's own skills folder. A repository never ships
 * skills. @throws BotBottleError `BB_SKILL_MISSING`
 */
export async function planSkills(
  names: readonly string[],
  programDir: string,
  host: Pick<PrepareHost, "home" | "userHome">,
): Promise<readonly SkillPlan[]> {
  const roots = [host.home.skills, join(host.userHome, programDir)];
  const find = async (name: string): Promise<SkillPlan> => {
    if (NAME.test(name)) {
      for (const path of roots.map((root) => join(root, name))) if (await isFolder(path)) return { name, path };
    }
    throw await missingSkill(name, roots);
  };
  return await Promise.all([...new Set(names)].map(find));
}
