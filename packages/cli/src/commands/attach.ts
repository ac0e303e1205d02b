import { AGENT_SESSION, BotBottleError, isOwnerAlive } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { findBottle, stateHost } from "../compose/active.ts";
import { builtInProviders } from "../compose/registries.ts";
import { holdBottle } from "../start/other-sessions.ts";
import { runOnTerminal } from "../start/run-agent.ts";
import { manifestEnvironment } from "../start/secrets.ts";

/** A new session of the agent program; the earlier one's whole process tree is ended first. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { env, home, ui } = context;
  if (!ui.interactive) {
    throw new BotBottleError("BB_INPUT_REQUIRED", "attach needs a terminal.", {
      hint: "For a single command: bot-bottle exec",
    });
  }
  const { slug, backend } = await findBottle(context, input.arguments["slug"]);
  if (
    !input.switches.has("yes") &&
    !(await ui.confirm(`End the running session of ${slug} and open a new one?`, "--yes"))
  ) {
    throw new BotBottleError("BB_DECLINED", "The session was left as it is.");
  }
  const bottle = await backend.open(slug, await stateHost(context), ui.reporter);
  const provider = await builtInProviders(env).get(bottle.plan.providerName);
  const manifestEnv = await manifestEnvironment(bottle.plan, env, ui);
  const release = await holdBottle(home, slug);
  try {
    await bottle.endSession(AGENT_SESSION);
    const agent = { bottle, provider, manifestEnv };
    const exitCode = await runOnTerminal(context, agent, { mode: { kind: "resume" }, raw: input.switches.has("raw") });
    return { exitCode };
  } finally {
    await release();
    if (!(await isOwnerAlive(home.state(slug))))
      ui.note("The bottle stays: bot-bottle cleanup saves its work and removes it.");
  }
}
