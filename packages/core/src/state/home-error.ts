import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode, isDiskFull } from "../errors/to-error.ts";

/** A failure of the file system below `~/.bot-bottle` as a coded error. @param what a sentence without its full stop */
export function homeError(what: string, cause: unknown): BotBottleError {
  if (isDiskFull(cause)) {
    return new BotBottleError("BB_DISK_FULL", `${what}: the disk is full.`, {
      hint: "Free some space and try again.",
      cause,
    });
  }
  return new BotBottleError("BB_HOME_UNUSABLE", `${what} (${errorCode(cause) ?? "error"}).`, {
    hint: "Check who owns the folder and what it allows, or set BOT_BOTTLE_HOME.",
    cause,
  });
}
