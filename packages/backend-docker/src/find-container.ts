import { readLabels, type ResourceIdentity, type Slug } from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { asking, isNotFound } from "./errors.ts";
import { resourceName } from "./names.ts";
import { goneError } from "./open-exec.ts";

/**
 * Finds a bottle's container by its name.
 * @param expected labels that it must have besides slug and role
 * @throws BotBottleError `BB_BOTTLE_NOT_FOUND` when there is none, or one of somebody else's
 */
export async function findContainer(
  engine: Engine,
  slug: Slug,
  role: "agent" | "sidecar",
  expected: Partial<ResourceIdentity> = {},
): Promise<{ readonly id: string; readonly isRunning: boolean }> {
  const docker = await engine.docker();
  const title = `the bottle "${slug}"`;
  const info = await asking(`look for ${title}`, async () => {
    try {
      return await docker.getContainer(resourceName(slug, role)).inspect();
    } catch (error) {
      throw isNotFound(error) ? goneError(title, error) : error;
    }
  });
  // The engine could not remove all of it: its files may be gone, and it never starts again.
  if (info.State.Dead) throw goneError(title, undefined);
  const labels = readLabels(info.Config.Labels);
  const wanted = Object.entries({ ...expected, slug, role });
  if (wanted.some(([key, value]) => labels[key as keyof ResourceIdentity] !== value)) throw goneError(title, undefined);
  return { id: info.Id, isRunning: info.State.Running };
}
