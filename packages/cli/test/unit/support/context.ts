import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveHome } from "@bot-bottle/core";
import type { CommandContext, CommandInput } from "../../../src/command.ts";
import { createUi } from "../../../src/ui/create-ui.ts";
import { type Sink, sink, source } from "./streams.ts";

export interface TestContext extends CommandContext, Disposable {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export interface ContextOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly json?: boolean;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** A command's surroundings in a folder of their own, without a terminal. */
export function testContext(options: ContextOptions = {}): TestContext {
  const { json = false, stdin = "", signal = new AbortController().signal } = options;
  const cwd = mkdtempSync(join(tmpdir(), "bb-cli-unit-"));
  const env = { HOME: join(cwd, "user"), BOT_BOTTLE_HOME: join(cwd, "home"), ...options.env };
  const [stdout, stderr] = [sink(), sink()];
  return {
    ...{ env, cwd, stdout, stderr, signal },
    home: resolveHome(env),
    userHome: join(cwd, "user"),
    version: "0.0.0",
    ui: createUi({ stdin: source(stdin), stdout, stderr, env, json, signal }),
    [Symbol.dispose]: () => {
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** What a command line has been read into. */
export function commandInput(input: Partial<CommandInput> = {}): CommandInput {
  return { arguments: {}, switches: new Set(), values: {}, lists: {}, rest: undefined, ...input };
}
