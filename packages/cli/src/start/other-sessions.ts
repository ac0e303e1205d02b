import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, type HomePaths, isOwnerAlive, type Slug, takeLock } from "@bot-bottle/core";

const PREFIX = "attached-";
const POLL_MS = 250;

/**
 * Keeps a bottle from being removed under a session of this process: one whose launching process is gone becomes this
 * process's own, and a launching process that lives waits for this one at the end.
 * @returns a function that gives it up
 */
export async function holdBottle(home: HomePaths, slug: Slug): Promise<() => Promise<void>> {
  const state = home.state(slug);
  if (!(await isOwnerAlive(state))) return await takeLock(state);
  const dir = join(state, PREFIX + randomBytes(4).toString("hex"));
  await mkdir(dir, { mode: 0o700 });
  const unlock = await takeLock(dir);
  return async () => {
    await unlock();
    await rm(dir, { recursive: true, force: true });
  };
}

async function hasOthers(home: HomePaths, slug: Slug): Promise<boolean> {
  const state = home.state(slug);
  const names = await readdir(state).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const held = names.filter((name) => name.startsWith(PREFIX));
  return (await Promise.all(held.map(async (name) => await isOwnerAlive(join(state, name))))).includes(true);
}

/** Waits while other processes have a session in the bottle. @param onWait called once, before the first wait */
export async function awaitOthers(
  home: HomePaths,
  slug: Slug,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: () => void },
): Promise<void> {
  let isWaiting = false;
  while (await hasOthers(home, slug)) {
    if (!isWaiting) onWait();
    isWaiting = true;
    await sleep(POLL_MS, undefined, { signal });
  }
}
