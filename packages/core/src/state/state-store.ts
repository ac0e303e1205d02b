import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BottlePlanInit } from "../bottle/plan.ts";
import { isSlug, type Slug } from "../bottle/slug.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";
import type { HomePaths } from "../paths/home.ts";
import { PLAN_FILE } from "./create-state.ts";
import { homeError } from "./home-error.ts";
import { readJson } from "./read-json.ts";

export { createState } from "./create-state.ts";
export { type BottleMetadata, readMetadata, updateMetadata } from "./metadata.ts";
export { removeState, WORK_BUNDLE } from "./remove-state.ts";

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw homeError(`Cannot look at "${path}"`, error);
  }
}

/**
 * A slug is taken when anything of an earlier bottle is still under its name.
 * @throws BotBottleError `BB_HOME_UNUSABLE`
 */
export async function isSlugTaken(home: HomePaths, slug: Slug): Promise<boolean> {
  const places = [home.state(slug), home.audit(slug), home.auditSeal(slug)];
  return (await Promise.all(places.map(exists))).includes(true);
}

function isPlanInit(value: unknown, slug: Slug): value is { readonly init: BottlePlanInit } {
  if (typeof value !== "object" || value === null) return false;
  const { schemaVersion, init } = value as { schemaVersion?: unknown; init?: Partial<BottlePlanInit> | null };
  return schemaVersion === 1 && typeof init === "object" && init?.slug === slug;
}

/** What the plan of a bottle was made from. @throws BotBottleError `BB_BOTTLE_NOT_FOUND`, `BB_HOME_UNUSABLE` */
export async function readPlanInit(home: HomePaths, slug: Slug): Promise<BottlePlanInit> {
  const stored = await readJson(join(home.state(slug), PLAN_FILE));
  if (isPlanInit(stored, slug)) return stored.init;
  throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" is known here.`, {
    hint: "`bot-bottle list active` shows what runs.",
  });
}

/** Slugs that have a state folder, in the order of their names. @throws BotBottleError `BB_HOME_UNUSABLE` */
export async function listStates(home: HomePaths): Promise<readonly Slug[]> {
  try {
    return (await readdir(home.stateRoot)).filter(isSlug).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw homeError(`Cannot list "${home.stateRoot}"`, error);
  }
}
