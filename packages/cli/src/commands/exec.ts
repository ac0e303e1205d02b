import { BotBottleError } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { findBottle, stateHost } from "../compose/active.ts";
import { withFilteredStreams } from "../terminal/filtered-streams.ts";

/** Runs a command in a running bottle with our own streams; its exit code is ours. Without a terminal of its own. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const argv = input.rest ?? [];
  if (argv.length === 0) {
    throw new BotBottleError("BB_USAGE", "exec needs a command.", {
      hint: "For example: bot-bottle exec <slug> -- ls -la",
    });
  }
  const { slug, backend } = await findBottle(context, input.arguments["slug"]);
  const { ui, signal } = context;
  const bottle = await backend.open(slug, await stateHost(context), ui.reporter);
  const root = input.switches.has("root");
  const request = {
    argv,
    user: root ? ("root" as const) : ("agent" as const),
    cwd: bottle.plan.workspace.guestPath,
    signal,
    ...(ui.stdin.isTTY === true ? {} : { stdin: ui.stdin }),
  };
  if (ui.json) {
    const { exitCode, stdout, stderr } = await bottle.exec(request);
    return { exitCode, json: { slug, exitCode, stdout, stderr } };
  }
  const { exitCode } = await withFilteredStreams(ui, async (streams) => bottle.exec({ ...request, ...streams }));
  return { exitCode };
}
