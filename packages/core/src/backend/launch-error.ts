import type { BottlePlan } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { toError } from "../errors/to-error.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { NameConflict } from "./name-conflict.ts";
import type { FailedUndo } from "./undo-stack.ts";

const textOf = (error: unknown): string => redactForDisplay(toError(error).message);

interface FailedLaunch {
  readonly plan: BottlePlan;
  readonly cause: unknown;
  readonly isAborted: boolean;
  readonly undo: readonly FailedUndo[];
}

/**
 * What a launch ends with: the first error under its own code, and beside it what could not be undone. A name conflict
 * that left nothing behind passes as it is.
 */
export function launchError({ plan, cause, isAborted, undo }: FailedLaunch): Error {
  const isClean = undo.length === 0;
  if (isClean && NameConflict.is(cause)) return cause;
  const left = undo.map(({ title, error }) => `${title} (${textOf(error)})`).join("; ");
  const leftHint = isClean ? undefined : `Not undone: ${left}. Run \`bot-bottle cleanup\`.`;
  const all = isClean
    ? cause
    : new AggregateError([cause, ...undo.map(({ error }) => error)], "launch and its undo failed");
  if (isAborted) {
    return new BotBottleError("BB_ABORTED", `The launch of "${plan.slug}" was stopped.`, {
      hint: leftHint,
      cause: all,
    });
  }
  if (BotBottleError.is(cause)) {
    if (isClean) return cause;
    const hint = [cause.hint, leftHint].filter((part) => part !== undefined).join("\n");
    return new BotBottleError(cause.code, cause.message, { hint, cause: all });
  }
  return new BotBottleError("BB_LAUNCH", `Could not launch "${plan.slug}": ${textOf(cause)}`, {
    hint: leftHint ?? "Run `bot-bottle doctor`.",
    cause: all,
  });
}
