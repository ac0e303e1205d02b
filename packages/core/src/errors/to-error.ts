import { types } from "node:util";

/** Anything that was thrown, as an Error. Errors of another realm pass unchanged; `instanceof Error` would miss them. */
export function toError(value: unknown): Error {
  if (types.isNativeError(value)) return value;
  if (typeof value === "object" && value !== null && "message" in value && typeof value.message === "string") {
    return value as Error;
  }
  return new Error(String(value));
}

/** The `code` of a system or coded error, e.g. `ENOENT`; undefined when it has none. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("code" in value)) return undefined;
  return typeof value.code === "string" ? value.code : undefined;
}

/** A JSON text that does not parse. */
export function isSyntaxError(value: unknown): boolean {
  return types.isNativeError(value) && value.name === "SyntaxError";
}
