import { homedir } from "node:os";
import { BotBottleError, nearest, resolveHome } from "@bot-bottle/core";
import { parseCommandLine } from "./args/parse.ts";
import { COMMAND_MODULES } from "./command-modules.ts";
import { COMMANDS } from "./command-table.ts";
import type { CommandResult } from "./command.ts";
import { DYNAMIC_KINDS } from "./completion/words.ts";
import { EXIT, renderError } from "./errors/render.ts";
import { topHelp } from "./top-help.ts";
import { createUi } from "./ui/create-ui.ts";
import { styleFor } from "./ui/style.ts";
import type { InputStream, OutputStream } from "./ui/ui.ts";
import { readVersion } from "./version.ts";

export interface MainOptions {
  /** without the program's own name */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly signal: AbortSignal;
}

async function write(stream: OutputStream, text: string): Promise<void> {
  if (text === "") return;
  await new Promise<void>((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });
}

async function printResult(options: MainOptions, result: CommandResult, json: boolean): Promise<number> {
  const text =
    json || result.preferJson === true
      ? result.json === undefined
        ? ""
        : `${JSON.stringify(result.json, null, 2)}\n`
      : (result.text ?? "");
  await write(options.stdout, text);
  return result.exitCode ?? EXIT.done;
}

async function runCommand(options: MainOptions, json: boolean): Promise<number> {
  const [name, ...argv] = options.argv;
  const answer = topHelp(options.argv, options.stdout.columns);
  if (answer !== undefined || name === undefined) {
    await write(options.stdout, answer ?? "");
    return EXIT.done;
  }
  if (name === "__complete") {
    const { lookupNames } = await import("./completion/lookup.ts");
    const kind = DYNAMIC_KINDS.find((known) => known === argv[0]);
    const names = kind === undefined ? [] : await lookupNames(kind, options.env, options.cwd);
    await write(options.stdout, names.map((word) => `${word}\n`).join(""));
    return EXIT.done;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  const load = COMMAND_MODULES[name];
  if (command === undefined || load === undefined) {
    const close = nearest(
      name,
      COMMANDS.map((candidate) => candidate.name),
    );
    throw new BotBottleError("BB_USAGE", `"${name}" is not a command of bot-bottle.`, {
      hint: close === undefined ? "See: bot-bottle --help" : `Did you mean: bot-bottle ${close}`,
    });
  }
  const input = parseCommandLine(command, argv);
  const { env, cwd, signal, stdin, stdout, stderr } = options;
  const ui = createUi({ stdin, stdout, stderr, env, json, signal });
  const module = await load();
  try {
    const result = await module.run(
      { env, cwd, home: resolveHome(env), userHome: env["HOME"] ?? homedir(), version: readVersion(), ui, signal },
      input,
    );
    ui.settle();
    return await printResult(options, result, json);
  } finally {
    ui.settle();
  }
}

/**
 * One run of `bot-bottle`: answers on stdout, everything else on stderr. Never throws.
 * @returns exit code: 0 done, 1 expected failure, 2 usage, 70 bug, 130 stopped, else the agent's own
 */
export async function runMain(options: MainOptions): Promise<number> {
  const end = options.argv.indexOf("--");
  const json = (end === -1 ? options.argv : options.argv.slice(0, end)).includes("--json");
  try {
    return await runCommand(options, json);
  } catch (thrown) {
    // What an abort throws inside is of no interest to the one who pressed Ctrl-C.
    const stopped = options.signal.aborted && !BotBottleError.is(thrown);
    const error = stopped ? new BotBottleError("BB_ABORTED", "Stopped.") : thrown;
    const rendered = renderError(error, styleFor(options.stderr, options.env));
    await write(options.stderr, rendered.text);
    if (json) await write(options.stdout, `${JSON.stringify(rendered.json, null, 2)}\n`);
    return rendered.exitCode;
  }
}
