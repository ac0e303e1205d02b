import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { NameConflict } from "../backend/name-conflict.ts";
import type { BottlePlanInit } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";
import type { HomePaths } from "../paths/home.ts";
import { homeError } from "./home-error.ts";
import { type BottleMetadata, METADATA_FILE } from "./metadata.ts";
import { isOwnerAlive, lockFolder, releaseLock } from "./owner-lock.ts";
import { ensureHomeFolder, ensurePrivateFolder } from "./private-folder.ts";
import { writeWhole } from "./write-whole.ts";

export const PLAN_FILE = "plan.json";

const DRAFT = ".new-";
const STALE_AFTER_MS = 3_600_000;
/** The place of the folder is taken, by a folder, a file or a link. */
const TAKEN = ["ENOTEMPTY", "EEXIST", "ENOTDIR"];

/** Removes what launches left that were killed while they wrote their first files. */
async function removeStaleDrafts(stateRoot: string): Promise<void> {
  for (const name of await readdir(stateRoot)) {
    const draft = join(stateRoot, name);
    if (!name.startsWith(DRAFT) || Date.now() - (await stat(draft)).mtimeMs < STALE_AFTER_MS) continue;
    if (!(await isOwnerAlive(draft))) await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Makes the state folder of a new bottle. It appears whole and owned by this process: no other one ever sees it without
 * its lock, its plan or its metadata.
 * @returns a function that gives up the folder's lock
 * @throws NameConflict when something has that name; BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
 */
export async function createState(
  home: HomePaths,
  metadata: BottleMetadata,
  init: BottlePlanInit,
): Promise<() => Promise<void>> {
  await ensureHomeFolder(home.root);
  await Promise.all([ensurePrivateFolder(home.stateRoot), ensurePrivateFolder(home.auditRoot)]);
  await removeStaleDrafts(home.stateRoot).catch(() => undefined);
  const dir = home.state(metadata.slug);
  let draft: string | undefined;
  try {
    draft = await mkdtemp(join(home.stateRoot, DRAFT));
    const lock = await lockFolder(draft);
    await writeWhole(join(draft, PLAN_FILE), JSON.stringify({ schemaVersion: 1, init }));
    await writeWhole(join(draft, METADATA_FILE), JSON.stringify(metadata));
    await rename(draft, dir);
    return () => releaseLock(dir, lock);
  } catch (error) {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    if (TAKEN.includes(errorCode(error) ?? "")) throw new NameConflict(`the name "${metadata.slug}" is taken here`);
    throw BotBottleError.is(error) ? error : homeError(`Cannot make the folder "${dir}"`, error);
  }
}
