import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BottlePlanInit } from "../bottle/plan.ts";
import { isSlug, type Slug } from "../bottle/slug.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode, isSyntaxError } from "../errors/to-error.ts";
import { type HomePaths } from "../paths/home.ts";
import { type SidecarEndpoints } from "../sidecar/control-protocol.ts";

/** `state/<slug>/metadata.json`: what outlives the process that launched a bottle. Never a secret value. */
export interface BottleMetadata {
  readonly schemaVersion: 1;
  readonly slug: Slug;
  readonly backend: string;
  readonly agent: string;
  readonly provider: string;
  /** random id of the launch; also a label of everything made for it, and part of the audit genesis */
  readonly nonce: string;
  /** ISO 8601, UTC */
  readonly created: string;
  /** known once the sidecar is configured */
  readonly caCertificate?: string;
  readonly endpoints?: SidecarEndpoints;
  /** commit in the guest that stands for the workspace as it was copied in; absent without a copy */
  readonly workspaceBase?: string;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new BotBottleError("BB_HOME_UNUSABLE", `Cannot make the folder "${path}" (${errorCode(error) ?? "error"}).`, {
      hint: "Check who owns it and whether the disk is full, or set BOT_BOTTLE_HOME.",
      cause: error,
    });
  }
}

/** Writes a whole file or none: a crash or a full disk never leaves half of one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const full = errorCode(error) === "ENOSPC";
    throw new BotBottleError(full ? "BB_DISK_FULL" : "BB_HOME_UNUSABLE", `Cannot write "${path}".`, {
      hint: full ? "Free some space and try again." : "Check who owns the folder, or set BOT_BOTTLE_HOME.",
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** A slug is taken when anything of an earlier bottle is still under its name. */
export async function isSlugTaken(home: HomePaths, slug: Slug): Promise<boolean> {
  return (await exists(home.state(slug))) || (await exists(home.audit(slug)));
}

/** Makes the state folder of a new bottle; it must not exist. */
export async function createState(home: HomePaths, metadata: BottleMetadata, init: BottlePlanInit): Promise<void> {
  await makeFolder(home.stateRoot);
  await makeFolder(home.auditRoot);
  const dir = home.state(metadata.slug);
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    throw new BotBottleError("BB_HOME_UNUSABLE", `Cannot make the folder "${dir}" (${errorCode(error) ?? "error"}).`, {
      hint: "Check who owns it and whether the disk is full.",
      cause: error,
    });
  }
  await writeWhole(join(dir, "plan.json"), JSON.stringify({ schemaVersion: 1, init }));
  await writeWhole(join(dir, "metadata.json"), JSON.stringify(metadata));
}

export async function updateMetadata(home: HomePaths, metadata: BottleMetadata): Promise<void> {
  await writeWhole(join(home.state(metadata.slug), "metadata.json"), JSON.stringify(metadata));
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || isSyntaxError(error)) return undefined;
    throw error;
  }
}

/** @returns undefined when there is no whole metadata file */
export async function readMetadata(home: HomePaths, slug: Slug): Promise<BottleMetadata | undefined> {
  return (await readJson(join(home.state(slug), "metadata.json"))) as BottleMetadata | undefined;
}

/** What the plan of a bottle was made from. @throws BotBottleError `BB_BOTTLE_NOT_FOUND` */
export async function readPlanInit(home: HomePaths, slug: Slug): Promise<BottlePlanInit> {
  const stored = (await readJson(join(home.state(slug), "plan.json"))) as { init: BottlePlanInit } | undefined;
  if (stored === undefined) {
    throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" is known here.`, {
      hint: "`bot-bottle list active` shows what runs.",
    });
  }
  return stored.init;
}

/** Slugs that have a state folder, in the order of their names. */
export async function listStates(home: HomePaths): Promise<readonly Slug[]> {
  try {
    return (await readdir(home.stateRoot)).filter(isSlug).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Names of the files that stay after a session without `--discard`. */
export const WORK_BUNDLE = "work.bundle";

/** Removes everything of a state folder but the work bundle, and the folder itself when nothing is left. */
export async function removeState(home: HomePaths, slug: Slug): Promise<void> {
  const dir = home.state(slug);
  for (const name of await readdir(dir).catch(() => [] as string[])) {
    if (name !== WORK_BUNDLE) await rm(join(dir, name), { recursive: true, force: true });
  }
  if (!(await exists(join(dir, WORK_BUNDLE)))) await rm(dir, { recursive: true, force: true });
}
