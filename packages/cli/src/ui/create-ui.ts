import { BotBottleError } from "@bot-bottle/core";
import { createProgress } from "./progress.ts";
import type * as prompts from "./prompt.ts";
import { styleFor } from "./style.ts";
import type { InputStream, OutputStream, Ui } from "./ui.ts";

interface UiOptions {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** takes back a question that is being asked */
  readonly signal: AbortSignal;
}

/** The human interface of one run. Questions load their library when the first one is asked. */
export function createUi({ stdin, stdout, stderr, env, json, signal }: UiOptions): Ui {
  const style = styleFor(stderr, env);
  const progress = createProgress(stderr, style);
  const interactive = stdin.isTTY === true && stderr.isTTY === true;
  const ask = async (question: string, flag: string): Promise<typeof prompts> => {
    if (!interactive) {
      throw new BotBottleError("BB_INPUT_REQUIRED", `No terminal is there to ask: ${question}`, {
        hint: `Give the answer with ${flag}.`,
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
      await (await ask(question, flag)).select(question, choices, { stdin, stderr, signal }),
    secret: async (question, flag) => await (await ask(question, flag)).secret(question, { stdin, stderr, signal }),
  };
}
