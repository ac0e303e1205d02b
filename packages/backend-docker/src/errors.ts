import { BotBottleError, errorCode, redactForDisplay, toError } from "@bot-bottle/core";

const MAX_TEXT = 500;

/** HTTP status of an answer of the engine; undefined when the request did not get one. */
export function engineStatus(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** The engine's own words, on one line, safe to print. */
export function engineMessage(error: unknown): string {
  const json: unknown = typeof error === "object" && error !== null && "json" in error ? error.json : undefined;
  const said = typeof json === "object" && json !== null && "message" in json ? json.message : undefined;
  const text = typeof said === "string" ? said : toError(error).message;
  return redactForDisplay(text.trim().replaceAll(/\s+/g, " ").slice(0, MAX_TEXT));
}

export const isNotFound = (error: unknown): boolean => engineStatus(error) === 404;
export const isConflict = (error: unknown): boolean => engineStatus(error) === 409;

/** True when a text of the engine, or of a program that it ran, says that a disk is full. */
export const isDiskFull = (text: string): boolean => /no space left on device|disk quota exceeded/i.test(text);

/** What to do when a text complains about certificates or release files from another time; undefined when it does not. */
export function clockHint(text: string): string | undefined {
  return /not yet valid|certificate has expired or is not yet|release file .* (is not valid yet|expired)/i.test(text)
    ? "The clock of the engine's machine may be wrong: compare `date` there with the real time."
    : undefined;
}

export function diskFullError(doing: string, cause: unknown): BotBottleError {
  return new BotBottleError("BB_DISK_FULL", `The engine's disk is full: it could not ${doing}.`, {
    hint: "Free some space there: `docker system df` shows what takes it, `docker system prune` removes what is unused.",
    cause,
  });
}

const PERMISSION = new Set(["EACCES", "EPERM"]);
const GONE = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "ESSH",
]);

export function permissionError(socket: string, cause: unknown): BotBottleError {
  return new BotBottleError("BB_ENGINE_PERMISSION", `The engine's socket "${socket}" refuses this user.`, {
    hint:
      "Add yourself to the group that owns it (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine." +
      " Whoever may use that socket is root on this machine.",
    cause,
  });
}

/**
 * An engine's failure as a coded error; errors that are coded already pass.
 * @param doing what was tried, completing "could not …"
 */
export function engineError(error: unknown, doing: string): Error {
  if (BotBottleError.is(error) || toError(error).name === "NameConflict") return error as Error;
  const text = engineMessage(error);
  if (isDiskFull(text)) return diskFullError(doing, error);
  const code = errorCode(error) ?? "";
  if (engineStatus(error) === undefined && PERMISSION.has(code)) return permissionError("docker.sock", error);
  if (engineStatus(error) === undefined && (GONE.has(code) || text.includes("socket hang up"))) {
    return new BotBottleError("BB_ENGINE_UNAVAILABLE", `The engine went away: it could not ${doing} (${text}).`, {
      hint: "See whether the engine still runs, then `bot-bottle cleanup`.",
      cause: error,
    });
  }
  return new BotBottleError("BB_ENGINE_ERROR", `The engine could not ${doing}: ${text}`, {
    hint: clockHint(text) ?? "Run `bot-bottle doctor`.",
    cause: error,
  });
}

/** Runs one request; its failure is a coded error. @param doing what is tried, completing "could not …" */
export async function asking<T>(doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw engineError(error, doing);
  }
}

/** Runs a removal; what is gone already is fine. */
export async function removing(doing: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (!isNotFound(error)) throw engineError(error, doing);
  }
}
