import { open, readFile, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode, isSyntaxError } from "../errors/to-error.ts";
import { processIdentity } from "./process-identity.ts";

interface LockRecord {
  readonly pid: number;
  /** tells a reused pid from the process that took the lock */
  readonly identity: string;
  readonly host: string;
}

const lockPath = (stateDir: string): string => join(stateDir, "lock");

async function readLock(stateDir: string): Promise<LockRecord | undefined> {
  try {
    return JSON.parse(await readFile(lockPath(stateDir), "utf8")) as LockRecord;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || isSyntaxError(error)) return undefined;
    throw error;
  }
}

/** True while the process that owns a bottle lives. A lock of another machine counts as alive: nobody here can tell. */
export async function isOwnerAlive(stateDir: string): Promise<boolean> {
  const lock = await readLock(stateDir);
  if (lock === undefined) return false;
  if (lock.host !== hostname()) return true;
  return (await processIdentity(lock.pid)) === lock.identity;
}

/**
 * Takes the lock of a state folder for this process; a dead owner's lock is replaced.
 * @returns a function that gives it back
 * @throws BotBottleError `BB_BOTTLE_BUSY` while another process owns it
 */
export async function takeLock(stateDir: string): Promise<() => Promise<void>> {
  const identity = await processIdentity(process.pid);
  const record: LockRecord = { pid: process.pid, identity: identity ?? "", host: hostname() };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(lockPath(stateDir), "wx", 0o600);
      await file.writeFile(JSON.stringify(record));
      await file.close();
      return async () => {
        await unlink(lockPath(stateDir)).catch((error: unknown) => {
          if (errorCode(error) !== "ENOENT") throw error;
        });
      };
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      if (await isOwnerAlive(stateDir)) break;
      await unlink(lockPath(stateDir)).catch(() => undefined);
    }
  }
  throw new BotBottleError("BB_BOTTLE_BUSY", `Another bot-bottle process works on "${stateDir}".`, {
    hint: "Wait for it to end, or see `bot-bottle list active`.",
  });
}
