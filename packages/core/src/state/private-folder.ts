import { chmod, mkdir, stat } from "node:fs/promises";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { homeError } from "./home-error.ts";

const OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;

/** Makes the folder when it is not there. A link to a folder is fine; one of another user's is not: its files are believed. */
async function makeOwnFolder(path: string): Promise<{ readonly mode: number }> {
  const info = await mkdir(path, { recursive: true, mode: 0o700 })
    .then(() => stat(path))
    .catch((error: unknown) => {
      throw homeError(`Cannot make the folder "${path}"`, error);
    });
  const me = process.getuid?.() ?? info.uid;
  if (info.uid === me || me === 0) return info;
  throw new BotBottleError("BB_HOME_UNUSABLE", `The folder "${path}" belongs to another user.`, {
    hint: "Set BOT_BOTTLE_HOME to a folder of your own.",
  });
}

/**
 * A folder for what nobody else may see: 0700.
 * @throws BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  const { mode } = await makeOwnFolder(path);
  if ((mode & OTHERS) === 0) return;
  await chmod(path, 0o700).catch((error: unknown) => {
    throw homeError(`Cannot close the folder "${path}" to others`, error);
  });
}

/**
 * The folder of manifests and plugins. Others may look into one that its user has made.
 * @throws BotBottleError `BB_HOME_UNUSABLE` also when everybody could have written in it; `BB_DISK_FULL`
 */
export async function ensureHomeFolder(path: string): Promise<void> {
  const { mode } = await makeOwnFolder(path);
  if ((mode & EVERYBODY_WRITES) === 0) return;
  throw new BotBottleError("BB_HOME_UNUSABLE", `Everybody can write in the folder "${path}".`, {
    hint: `Look through it for what is not yours, then: chmod 700 "${path}"`,
  });
}
