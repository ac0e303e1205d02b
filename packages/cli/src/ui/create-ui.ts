import { BotBottleError, escapeForDisplay } from "@bot-bottle/core";
import { createProgress } from "./progress.ts";
import type * as prompts from "./prompt.ts";
import { styleFor } from "./style.ts";
import type { Choice, InputStream, OutputStream, Ui } from "./ui.ts";

interface UiOptions {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** takes back a question that is being asked */
  readonly signal: AbortSignal;
}

const MAX_NAMED = 10;

/** What could have been picked, for one who saw no picker. */
function namesOf(choices: readonly Choice[]): string {
  if (choices.length === 0) return "";
  const more = choices.length > MAX_NAMED ? `, and ${choices.length - MAX_NAMED} more` : "";
  return `: ${choices
    .slice(0, MAX_NAMED)
    .map(({ value }) => escapeForDisplay(value))
    .join(", ")}${more}`;
}

/** The human interface of one run. Questions load their library when the first one is asked. */
export function createUi({ stdin, stdout, stderr, env, json, signal }: UiOptions): Ui {
  const style = styleFor(stderr, env);
  const progress = createProgress(stderr, style);
  const interactive = stdin.isTTY === true && stderr.isTTY === true;
  const ask = async (question: string, flag: string, choices: readonly Choice[] = []): Promise<typeof prompts> => {
    if (!interactive) {
      throw new BotBottleError("BB_INPUT_REQUIRED", `No terminal is there to ask: ${question}`, {
        hint: `Give the answer with ${flag}${namesOf(choices)}.`,
      });
    }
    progress.settle();
    return await import("./prompt.ts");
  };
  return {
    stdin,
    stdout,
    stderr,
    interactive,
    json,
    note: (line) => {
      progress.settle();
      stderr.write(`${line}\n`);
    },
    warn: (message, hint) => {
      progress.report({ type: "warning", message, ...(hint === undefined ? {} : { hint }) });
    },
    reporter: progress,
    settle: () => {
      progress.settle();
    },
    confirm: async (question, flag) => await (await ask(question, flag)).confirm(question, { stdin, stderr, signal }),
    select: async (question, choices, flag) =>
      await (await ask(question, flag, choices)).select(question, choices, { stdin, stderr, signal }),
    secret: async (question, flag) => await (await ask(question, flag)).secret(question, { stdin, stderr, signal }),
  };
}
