import type { ErrorCode } from "./codes.ts";

const BRAND = Symbol.for("@bot-bottle/core/BotBottleError");

export interface BotBottleErrorOptions {
  /** what the user can do next; imperative, names the next command */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An expected failure: printed as code, message and hint, without a stack. Values of secrets never appear in it. */
export class BotBottleError extends Error {
  static {
    // Inherited and non-enumerable, so it neither shows in logs nor in toEqual().
    Object.defineProperty(this.prototype, "name", { value: "BotBottleError", configurable: true, writable: true });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: BotBottleErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** Works across realms (jest) and across installed copies of core (plugins), unlike `instanceof`. */
  static is(value: unknown): value is BotBottleError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}
