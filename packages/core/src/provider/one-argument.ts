import { BotBottleError } from "../errors/bot-bottle-error.ts";

/** Bytes that Linux takes in one argument, its end included (MAX_ARG_STRLEN, execve(2)). */
const MAX_ARGUMENT_BYTES = 128 * 1024;

/** @throws BotBottleError `BB_USAGE` when a prompt does not fit into one argument of a program */
export function promptArgument(prompt: string): string {
  if (Buffer.byteLength(prompt) < MAX_ARGUMENT_BYTES) return prompt;
  throw new BotBottleError("BB_USAGE", "The prompt is longer than 128 KiB, the most that one argument can hold.", {
    hint: "Put the text into a file of the workspace and name the file in the prompt.",
  });
}
