import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { escapeForDisplay } from "../secret/redact.ts";

/** @param path of the host or of a repository; may hold anything */
export function workspaceError(path: string, what: string, hint: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_WORKSPACE", `"${escapeForDisplay(path)}" ${what}.`, { hint, cause });
}
