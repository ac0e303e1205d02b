import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { homeError } from "./home-error.ts";

/**
 * Writes a whole file (0600) or none: neither a crash nor a full disk leaves half of one, and whoever reads meanwhile
 * gets the old text or the new one.
 * @param flush false where the file means nothing after a crash of the machine
 * @throws BotBottleError `BB_DISK_FULL`, `BB_HOME_UNUSABLE`
 */
export async function writeWhole(path: string, text: string, { flush = true } = {}): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString("hex")}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx", flush });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw homeError(`Cannot write "${path}"`, error);
  }
}
