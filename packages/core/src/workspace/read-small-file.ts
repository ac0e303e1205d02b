import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { errorCode } from "../errors/to-error.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Text of a file in a git folder, which anybody may have written; a pipe in its place is not waited for.
 * @returns undefined when there is none, `"odd"` when it is no regular file or too large
 */
export async function readSmallFile(path: string): Promise<{ readonly text: string } | "odd" | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const info = await handle.stat();
      return info.isFile() && info.size <= MAX_BYTES ? { text: await handle.readFile("utf8") } : "odd";
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    return "odd";
  }
}
