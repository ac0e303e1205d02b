import { lstat, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Slug } from "../bottle/slug.ts";
import { errorCode } from "../errors/to-error.ts";
import type { HomePaths } from "../paths/home.ts";
import { homeError } from "./home-error.ts";
import { METADATA_FILE } from "./metadata.ts";
import { isLockFile } from "./owner-lock.ts";

/** What stays after a session without `--discard`. */
export const WORK_BUNDLE = "work.bundle";

/** Whose the folder is must be known as long as anything else is in it. */
function removalOrder(name: string): number {
  return isLockFile(name) ? 2 : name === METADATA_FILE ? 1 : 0;
}

async function empty(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name !== WORK_BUNDLE);
  for (const name of names.sort((a, b) => removalOrder(a) - removalOrder(b))) {
    await rm(join(dir, name), { recursive: true, force: true });
  }
}

/**
 * Removes everything of a state folder but the work bundle, its lock last, and the folder itself when nothing is left.
 * What is not there is fine.
 * @throws BotBottleError `BB_HOME_UNUSABLE`
 */
export async function removeState(home: HomePaths, slug: Slug): Promise<void> {
  const dir = home.state(slug);
  try {
    const info = await lstat(dir);
    if (!info.isDirectory()) {
      await unlink(dir); // a link: what it leads to is not ours to empty
      return;
    }
    await empty(dir);
    await rmdir(dir);
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "")) return;
    throw homeError(`Cannot remove "${dir}"`, error);
  }
}
