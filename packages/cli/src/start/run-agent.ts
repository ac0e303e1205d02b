import { Writable } from "node:stream";
import { AGENT_SESSION, type AgentProvider, type AgentMode, agentEnvironment, type Bottle } from "@bot-bottle/core";
import type { CommandContext } from "../command.ts";
import { ABORT_HINT } from "../terminal/abort-keys.ts";
import { withFilteredStreams } from "../terminal/filtered-streams.ts";

export interface AgentRun {
  readonly bottle: Bottle;
  readonly provider: AgentProvider;
  readonly manifestEnv: Readonly<Record<string, string>>;
}

const MAX_HEADLESS_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Runs the agent on the human's terminal, filtered unless `raw`. @returns its exit code */
export async function runOnTerminal(
  context: CommandContext,
  { bottle, provider, manifestEnv }: AgentRun,
  { mode, raw }: { readonly mode: AgentMode; readonly raw: boolean },
): Promise<number> {
  const { withTerminal } = await import("../terminal/terminal-session.ts");
  const { stdin, stdout } = context.ui;
  context.ui.note(`${ABORT_HINT}.`);
  return await withTerminal(
    { stdin, stdout, raw, env: context.env, signal: context.signal },
    async (terminal, signal) =>
      await bottle.attach({
        argv: provider.command(bottle.plan, mode),
        cwd: bottle.plan.workspace.guestPath,
        env: agentEnvironment(bottle.plan, manifestEnv),
        terminal,
        session: AGENT_SESSION,
        signal,
      }),
  );
}

/** A sink that keeps what it gets, up to a bound. */
function collector(maxBytes: number): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (size < maxBytes) chunks.push(chunk.subarray(0, maxBytes - size));
      size += chunk.length;
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}

export interface HeadlessResult {
  readonly exitCode: number;
  /** what the agent printed, with `collect` */
  readonly output: string;
}

/** Runs one prompt to its end; the agent's output streams to stdout, or is collected for the JSON answer. */
export async function runHeadless(
  context: CommandContext,
  { bottle, provider, manifestEnv }: AgentRun,
  { prompt, collect }: { readonly prompt: string; readonly collect: boolean },
): Promise<HeadlessResult> {
  context.ui.settle();
  const collected = collector(MAX_HEADLESS_OUTPUT_BYTES);
  const { exitCode } = await withFilteredStreams(context.ui, async ({ stdout, stderr }) =>
    bottle.exec({
      argv: provider.command(bottle.plan, { kind: "headless", prompt }),
      cwd: bottle.plan.workspace.guestPath,
      env: agentEnvironment(bottle.plan, manifestEnv),
      stdin: "",
      stdout: collect ? collected.stream : stdout,
      stderr,
      session: AGENT_SESSION,
      signal: context.signal,
    }),
  );
  return { exitCode, output: collected.text() };
}
