import { readFile } from "node:fs/promises";
import { errorCode, isSyntaxError } from "../errors/to-error.ts";
import { homeError } from "./home-error.ts";

/**
 * @returns undefined when the file is not there or is no JSON document
 * @throws BotBottleError `BB_HOME_UNUSABLE`
 */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || isSyntaxError(error)) return undefined;
    throw homeError(`Cannot read "${path}"`, error);
  }
}
