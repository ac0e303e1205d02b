import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SkillPlan } from "../bottle/plan-parts.ts";
import type { PrepareHost } from "../backend/hosts.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { nearest } from "../errors/nearest.ts";

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function namesIn(dir: string): Promise<string[]> {
  return await readdir(dir).catch(() => []);
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
  return await Promise.all(
    names.map(async (name) => {
      for (const root of roots) {
        const path = join(root, name);
        if (await isFolder(path)) return { name, path };
      }
      const known = (await Promise.all(roots.map(namesIn))).flat();
      const close = nearest(name, known);
      throw new BotBottleError("BB_SKILL_MISSING", `The skill "${name}" is not on this machine.`, {
        hint: `${close === undefined ? "" : `Did you mean "${close}"? `}Skills are folders in ${roots.join(" or ")}.`,
      });
    }),
  );
}
