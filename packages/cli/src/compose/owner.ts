import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { BotBottleError, errorCode, homeError, type HomePaths } from "@bot-bottle/core";

const OWNER = /^[0-9a-f]{32}$/;

/**
 * Random id of this installation, made on first use. Cleanup removes only what carries it.
 * @throws BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
 */
export async function readOrMakeOwner(home: HomePaths): Promise<string> {
  const known = await readOwner(home);
  if (known !== undefined) return known;
  const id = randomBytes(16).toString("hex");
  const draft = `${home.owner}.${id}`;
  try {
    await mkdir(home.root, { recursive: true, mode: 0o700 });
    const file = await open(draft, "wx", 0o600);
    await file.writeFile(id);
    await file.sync();
    await file.close();
    await link(draft, home.owner); // whole or not at all
  } catch (error) {
    // Two first starts at once: the other one's id is as good.
    if (errorCode(error) !== "EEXIST") throw homeError(`The folder "${home.root}" cannot be used`, error);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  const made = await readOwner(home);
  if (made === undefined) {
    throw new BotBottleError("BB_HOME_UNUSABLE", `The file "${home.owner}" does not hold the id of an installation.`, {
      hint: "Restore it: by it `bot-bottle cleanup` knows what is yours. If nothing is left to clean, remove it.",
    });
  }
  return made;
}

/** The id without making one; undefined on a machine that never launched a bottle. */
export async function readOwner(home: HomePaths): Promise<string | undefined> {
  try {
    const text = (await readFile(home.owner, "utf8")).trim();
    return OWNER.test(text) ? text : undefined;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw homeError(`The folder "${home.root}" cannot be used`, error);
  }
}
