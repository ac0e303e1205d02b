import { BotBottleError, escapeForDisplay } from "@bot-bottle/core";
import * as clack from "@clack/prompts";
import type { Choice, InputStream, OutputStream } from "./ui.ts";

interface Asking {
  readonly stdin: InputStream;
  readonly stderr: OutputStream;
  /** takes the question back */
  readonly signal: AbortSignal;
}

const common = ({ stdin, stderr, signal }: Asking): clack.CommonOptions => ({ input: stdin, output: stderr, signal });

function answered<T>(answer: T | symbol): T {
  if (typeof answer === "symbol") throw new BotBottleError("BB_ABORTED", "The question was left unanswered.");
  return answer;
}

/** Yes or no; no is the default. */
export async function confirm(question: string, asking: Asking): Promise<boolean> {
  return answered<boolean>(
    await clack.confirm({ message: escapeForDisplay(question), initialValue: false, ...common(asking) }),
  );
}

export async function select(question: string, choices: readonly Choice[], asking: Asking): Promise<string> {
  const options = choices.map(({ value, label, hint }) => ({
    value,
    label: escapeForDisplay(label),
    ...(hint === undefined ? {} : { hint: escapeForDisplay(hint) }),
  }));
  return answered<string>(await clack.select({ message: escapeForDisplay(question), options, ...common(asking) }));
}

export async function secret(question: string, asking: Asking): Promise<string> {
  return answered<string>(await clack.password({ message: escapeForDisplay(question), ...common(asking) }));
}
