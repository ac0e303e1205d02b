import { BotBottleError, escapeForDisplay } from "@bot-bottle/core";
import * as clack from "@clack/prompts";
import type { Choice, InputStream, OutputStream } from "./ui.ts";

interface Streams {
  readonly stdin: InputStream;
  readonly stderr: OutputStream;
}

function answered<T>(answer: T | symbol): T {
  if (typeof answer === "symbol") throw new BotBottleError("BB_ABORTED", "The question was left unanswered.");
  return answer;
}

/** Yes or no; no is the default. */
export async function confirm(question: string, { stdin, stderr }: Streams): Promise<boolean> {
  return answered<boolean>(
    await clack.confirm({ message: escapeForDisplay(question), initialValue: false, input: stdin, output: stderr }),
  );
}

export async function select(
  question: string,
  choices: readonly Choice[],
  { stdin, stderr }: Streams,
): Promise<string> {
  const options = choices.map(({ value, label, hint }) => ({
    value,
    label: escapeForDisplay(label),
    ...(hint === undefined ? {} : { hint: escapeForDisplay(hint) }),
  }));
  return answered<string>(
    await clack.select({ message: escapeForDisplay(question), options, input: stdin, output: stderr }),
  );
}

export async function secret(question: string, { stdin, stderr }: Streams): Promise<string> {
  return answered<string>(await clack.password({ message: escapeForDisplay(question), input: stdin, output: stderr }));
}
