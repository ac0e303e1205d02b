import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { BotBottleError, errorCode } from "@bot-bottle/core";
import type { CommandContext, CommandInput } from "../command.ts";

/** Options of `start` that make sense together. */
export interface StartInput {
  readonly agent: string | undefined;
  readonly dryRun: boolean;
  /** the answer is one JSON document */
  readonly json: boolean;
  readonly backend: string | undefined;
  readonly bottles: readonly string[] | undefined;
  readonly copyCwd: boolean;
  readonly label: string | undefined;
  /** prompt of a headless run; undefined for an interactive one */
  readonly headlessPrompt: string | undefined;
  readonly yes: boolean;
  readonly discard: boolean;
  readonly raw: boolean;
  readonly allowRepoAgent: boolean;
}

const usage = (message: string, hint: string): BotBottleError => new BotBottleError("BB_USAGE", message, { hint });

async function readPrompt(context: CommandContext, { values }: CommandInput): Promise<string> {
  const { prompt, "prompt-file": file } = values;
  if (prompt !== undefined && file !== undefined)
    throw usage("--prompt and --prompt-file are both given.", "Give one.");
  if (prompt === "-") return await readAll(addAbortSignal(context.signal, context.ui.stdin));
  if (prompt !== undefined) return prompt;
  if (file === undefined)
    throw usage("--headless needs a prompt.", "Add --prompt TEXT, --prompt - or --prompt-file FILE.");
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new BotBottleError("BB_USAGE", `The prompt file "${file}" cannot be read (${errorCode(error) ?? "error"}).`, {
      hint: "Check the path.",
      cause: error,
    });
  }
}

async function promptText(context: CommandContext, input: CommandInput): Promise<string> {
  const text = await readPrompt(context, input);
  if (text.trim() === "") throw usage("The prompt of --headless is empty.", "Say what the agent is to do.");
  return text;
}

/** @throws BotBottleError `BB_USAGE` for options that contradict each other */
export async function readStartInput(context: CommandContext, input: CommandInput): Promise<StartInput> {
  const { switches, values, lists } = input;
  const { format } = values;
  if (format !== undefined && format !== "text" && format !== "json") {
    throw usage(`--format knows text and json, not "${format}".`, "Use --format text or --format json.");
  }
  if (format === "text" && context.ui.json) throw usage("--format text and --json are both given.", "Give one.");
  const dryRun = switches.has("dry-run");
  const headless = switches.has("headless");
  const json = context.ui.json || format === "json";
  if (format === "json" && !dryRun) {
    throw usage("--format json is only for --dry-run: on stdout it would race the question.", "Add --dry-run.");
  }
  if (json && !dryRun && !headless)
    throw usage("--json is only for --dry-run and --headless.", "Add --dry-run or --headless.");
  if (!headless && (values["prompt"] !== undefined || values["prompt-file"] !== undefined)) {
    throw usage("--prompt and --prompt-file belong to --headless.", "Add --headless.");
  }
  return {
    agent: input.arguments["agent"],
    dryRun,
    json,
    backend: values["backend"],
    bottles: lists["bottle"],
    copyCwd: switches.has("cwd"),
    label: values["label"],
    headlessPrompt: headless && !dryRun ? await promptText(context, input) : undefined,
    yes: switches.has("yes") || headless,
    discard: switches.has("discard"),
    raw: switches.has("raw"),
    allowRepoAgent: switches.has("allow-repo-agent"),
  };
}
