import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import type { HomePaths } from "../paths/home.ts";
import { type Config, DEFAULT_CONFIG } from "./config.ts";

/** False when there is certainly no file; what else is wrong shows when it is read. */
function mayExist(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/**
 * Reads `config.yml`; the defaults when there is none.
 * @param userHome the user's own home, for `~/`
 * @throws ManifestError `BB_CONFIG_INVALID` with every issue at once, `BB_MANIFEST_READ`, `BB_MANIFEST_TOO_LARGE`
 */
export async function loadConfig(home: HomePaths, userHome: string = homedir()): Promise<Config> {
  if (!mayExist(home.config)) return DEFAULT_CONFIG;
  const { readConfig } = await import("./read-config.ts");
  return readConfig(home.config, userHome);
}
