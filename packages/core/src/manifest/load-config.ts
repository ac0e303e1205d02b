import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import { errorCode } from "../errors/to-error.ts";
import type { HomePaths } from "../paths/home.ts";
import { homeError } from "../state/home-error.ts";
import { type Config, DEFAULT_CONFIG } from "./config.ts";

/** What is wrong here is wrong with the folder: nothing of the file has been opened yet. */
function exists({ config, root }: HomePaths): boolean {
  try {
    lstatSync(config);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw homeError(`The folder "${root}" cannot be used`, error);
  }
}

/**
 * Reads `config.yml`; the defaults when there is none.
 * @param userHome the user's own home, for `~/`
 * @throws ManifestError `BB_CONFIG_INVALID` with every issue at once, `BB_MANIFEST_READ`, `BB_MANIFEST_TOO_LARGE`;
 * BotBottleError `BB_HOME_UNUSABLE`
 */
export async function loadConfig(home: HomePaths, userHome: string = homedir()): Promise<Config> {
  if (!exists(home)) return DEFAULT_CONFIG;
  const { readConfig } = await import("./read-config.ts");
  return readConfig(home.config, userHome);
}
