import { randomBytes, randomInt } from "node:crypto";
import { access, readdir, readFile, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode, isSyntaxError, toError } from "../errors/to-error.ts";
import { pidScope, processIdentity } from "./process-identity.ts";
import { writeWhole } from "./write-whole.ts";

/** The process that owns a state folder. */
interface LockRecord {
  readonly pid: number;
  /** tells a reused pid from the process that took the lock */
  readonly identity: string | undefined;
  readonly scope: string | undefined;
  readonly host: string;
}

const LOCK_FILE = /^lock\.[0-9a-f]{16}$/;
const ATTEMPTS = 4;
const MAX_PAUSE_MS = 50;

/** True for the name of a lock; a folder may hold several, and at most one of a process that lives. */
export function isLockFile(name: string): boolean {
  return LOCK_FILE.test(name);
}

/** True when the writer of a lock may still live; what cannot be judged from here counts as alive. */
async function mayLive(path: string): Promise<boolean> {
  let record: Partial<LockRecord> | null;
  try {
    record = JSON.parse(await readFile(path, "utf8")) as Partial<LockRecord> | null;
  } catch (error) {
    // Locks appear whole: half of one is what a crash of the whole machine left.
    return !isSyntaxError(error) && errorCode(error) !== "ENOENT";
  }
  const { pid, identity, scope, host } = record ?? {};
  const isHere = host === hostname() || (scope !== undefined && scope === (await pidScope()));
  if (!isHere || pid === undefined || identity === undefined) return true;
  return await processIdentity(pid).then(
    (found) => found === identity,
    () => true,
  );
}

/** Locks of processes that may live, and of those that do not. @throws ENOENT without the folder */
async function sortLocks(
  stateDir: string,
): Promise<{ readonly alive: readonly string[]; readonly dead: readonly string[] }> {
  const names = (await readdir(stateDir)).filter(isLockFile);
  const lives = await Promise.all(names.map((name) => mayLive(join(stateDir, name))));
  return { alive: names.filter((_, index) => lives[index]), dead: names.filter((_, index) => !lives[index]) };
}

/** True while a process that owns a bottle lives. A lock of another machine counts as alive: nobody here can tell. */
export async function isOwnerAlive(stateDir: string): Promise<boolean> {
  try {
    return (await sortLocks(stateDir)).alive.length > 0;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Takes a lock off a folder, also when folder or lock are gone. */
export async function releaseLock(stateDir: string, name: string): Promise<void> {
  await unlink(join(stateDir, name)).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
  });
}

/**
 * One try: says first that this process wants the folder and looks then who else does. Of two that try at once at least
 * one sees the other, so never both have it, and no lock is ever removed that a living process wrote.
 */
async function tryLock(stateDir: string, record: LockRecord): Promise<string | undefined> {
  const name = `lock.${randomBytes(8).toString("hex")}`;
  await writeWhole(join(stateDir, name), JSON.stringify(record), { flush: false }).catch((error: unknown) => {
    const { cause } = toError(error);
    throw errorCode(cause) === "ENOENT" ? toError(cause) : error;
  });
  let isMine = false;
  try {
    const { alive, dead } = await sortLocks(stateDir);
    if (alive.some((other) => other !== name)) return undefined;
    for (const other of dead) await releaseLock(stateDir, other);
    isMine = true;
    return name;
  } finally {
    if (!isMine) await releaseLock(stateDir, name);
  }
}

/**
 * Marks a state folder as this process's own; dead owners' locks go.
 * @returns name of the lock, for `releaseLock`
 * @throws BotBottleError `BB_BOTTLE_BUSY` while another process owns it; ENOENT without the folder
 */
export async function lockFolder(stateDir: string): Promise<string> {
  await access(stateDir);
  const identity = await processIdentity(process.pid).catch(() => undefined);
  const record: LockRecord = { pid: process.pid, identity, scope: await pidScope(), host: hostname() };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const name = await tryLock(stateDir, record);
    if (name !== undefined) return name;
    await delay(randomInt(MAX_PAUSE_MS * attempt));
  }
  throw new BotBottleError("BB_BOTTLE_BUSY", `Another bot-bottle process works on "${stateDir}".`, {
    hint:
      "Wait for it to end; `bot-bottle list active` shows what runs." +
      " Where it is surely gone, on a machine that shares this home, delete the folder's `lock.*` files.",
  });
}

/** {@link lockFolder}. @returns a function that gives the folder back */
export async function takeLock(stateDir: string): Promise<() => Promise<void>> {
  const name = await lockFolder(stateDir);
  return () => releaseLock(stateDir, name);
}
