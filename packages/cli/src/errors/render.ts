import { BotBottleError, ERROR_CODES, escapeForDisplay, toError } from "@bot-bottle/core";
import type { Style } from "../ui/style.ts";

/** Ends a command with a code and without an explanation of its own. */
export const EXIT = { done: 0, failure: 1, usage: 2, bug: 70, interrupted: 130 } as const;

const ISSUES = "https://github.com/bot-bottle/bot-bottle/issues";

export interface RenderedError {
  readonly exitCode: number;
  readonly text: string;
  readonly json: {
    readonly error: { readonly code: string; readonly message: string; readonly hint?: string | undefined };
  };
}

const indent = (text: string): string =>
  text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
/** Line ends are ours; everything else that moves a cursor is not. */
const safe = (text: string): string => text.split("\n").map(escapeForDisplay).join("\n");

/** An expected failure as code, sentence and hint; anything else as a bug with its stack. */
export function renderError(thrown: unknown, style: Style): RenderedError {
  if (BotBottleError.is(thrown)) {
    const { code, message, hint } = thrown;
    const exitCode = code === "BB_ABORTED" ? EXIT.interrupted : ERROR_CODES[code].exitCode;
    const lines = [`${style.red(code)} ${safe(message)}`, ...(hint === undefined ? [] : [indent(safe(hint))])];
    return { exitCode, text: `${lines.join("\n")}\n`, json: { error: { code, message, hint } } };
  }
  const error = toError(thrown);
  const stack = safe(error.stack ?? `${error.name}: ${error.message}`);
  return {
    exitCode: EXIT.bug,
    text: `${style.red("This is a bug in bot-bottle.")} Please report it at ${ISSUES} with these lines:\n${indent(stack)}\n`,
    json: { error: { code: "BB_BUG", message: error.message } },
  };
}
