import { types } from "node:util";

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that has no text was thrown";
  }
}

/** Anything that was thrown, as an Error. Errors of another realm pass unchanged; `instanceof Error` would miss them. */
export function toError(value: unknown): Error {
  if (types.isNativeError(value)) return value;
  if (typeof value === "object" && value !== null && "message" in value && typeof value.message === "string") {
    return value as Error;
  }
  return new Error(describe(value));
}

/** The `code` of a system or coded error, e.g. `ENOENT`; undefined when it has none. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("code" in value)) return undefined;
  return typeof value.code === "string" ? value.code : undefined;
}

/** True for the system's ways to say that a disk, or the user's share of it, is full. */
export function isDiskFull(value: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(value) ?? "");
}

/** A JSON text that does not parse. */
export function isSyntaxError(value: unknown): boolean {
  return types.isNativeError(value) && value.name === "SyntaxError";
}
