import { BotBottleError, type BottlePlan, endOfSession, type EndedSession, type Slug } from "@bot-bottle/core";
import { loadConfig } from "@bot-bottle/core/manifest";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { chooseBackend } from "../compose/choose-backend.ts";
import { launchHost, prepareHost } from "../compose/hosts.ts";
import { workBundle } from "../compose/saved-work.ts";
import { builtInBackends, builtInProviders } from "../compose/registries.ts";
import { resolveSpec } from "../compose/resolve-spec.ts";
import { hostLoginSecrets } from "../start/host-login.ts";
import { readStartInput, type StartInput } from "../start/input.ts";
import { awaitOthers } from "../start/other-sessions.ts";
import { countRefusals } from "../start/refusals.ts";
import { type AgentRun, type HeadlessResult, runHeadless, runOnTerminal } from "../start/run-agent.ts";
import { counted } from "../ui/counted.ts";
import { askSecrets, manifestEnvironment, secretResolver } from "../start/secrets.ts";

function preflightLines(plan: BottlePlan): string {
  const lines: string[] = [];
  plan.print((line) => lines.push(line));
  return `${lines.join("\n")}\n`;
}

async function consent({ ui }: CommandContext, plan: BottlePlan, { yes }: StartInput): Promise<void> {
  ui.settle();
  ui.stderr.write(preflightLines(plan));
  if (yes) return;
  if (!(await ui.confirm("Start this bottle?", "--yes"))) {
    throw new BotBottleError("BB_DECLINED", "The bottle was not started.");
  }
}

async function runSession(context: CommandContext, agent: AgentRun, start: StartInput): Promise<HeadlessResult> {
  const { headlessPrompt: prompt, json, raw } = start;
  if (prompt !== undefined) return await runHeadless(context, agent, { prompt, collect: json });
  return { exitCode: await runOnTerminal(context, agent, { mode: { kind: "interactive" }, raw }), output: "" };
}

/** What the agent changed, for a document; undefined where the folder is no repository and git cannot tell. */
async function listChanges({ home, cwd }: CommandContext, slug: Slug): Promise<readonly string[] | undefined> {
  const { changesOfWork } = await import("@bot-bottle/core/workspace");
  return await changesOfWork({ bundle: workBundle(home, slug), repository: cwd, slug }).catch(() => undefined);
}

/** resolve → preflight → question → launch → agent → teardown */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { home, env, signal, ui } = context;
  const startedAt = performance.now();
  const start = await readStartInput(context, input);
  if (start.headlessPrompt === undefined && !start.dryRun && !ui.interactive) {
    throw new BotBottleError("BB_INPUT_REQUIRED", "An interactive session needs a terminal.", {
      hint: "Add --headless --prompt TEXT, or --dry-run.",
    });
  }
  const config = await loadConfig(home, context.userHome);
  const providers = builtInProviders(env);
  const backends = builtInBackends(env);
  const spec = await resolveSpec(context, config, { ...start, unattended: start.yes && !start.dryRun });
  const backend = await chooseBackend(context, { flag: start.backend, config, backends, dryRun: start.dryRun });
  const plan = await backend.prepare(spec, prepareHost(context, providers));
  if (start.dryRun) return { text: preflightLines(plan), json: plan.toJSON(), preferJson: start.json };
  const provider = await providers.get(plan.providerName);
  // A prompt that the program cannot take is said before the question, not after the launch.
  if (start.headlessPrompt !== undefined) provider.command(plan, { kind: "headless", prompt: start.headlessPrompt });

  void backend.preload();
  void import("@bot-bottle/sidecar");
  await consent(context, plan, start);
  const login = hostLoginSecrets(provider, { userHome: context.userHome, env }, (message) => {
    ui.warn(message);
  });
  const resolveSecret = secretResolver({ env, hostLogin: login.read }, ui);
  await askSecrets(plan, resolveSecret);
  const manifestEnv = await manifestEnvironment(plan, env, ui);
  const host = await launchHost(context, {
    providers,
    networkPool: config.networkPool,
    baseImage: config.baseImage,
    resolveSecret,
    watchSecret: login.watch,
  });
  const bottle = await backend.launch(plan, { host, signal, reporter: ui.reporter });
  const { slug } = bottle.plan;
  const agent = { bottle, provider, manifestEnv };
  let ended: EndedSession | undefined;
  let result: HeadlessResult;
  try {
    result = await runSession(context, agent, start);
    await awaitOthers(home, slug, {
      signal,
      onWait: () => {
        ui.note(`The session goes on where it was attached; the bottle ends with it, or with Ctrl-C here.`);
      },
    });
  } finally {
    ended = await endOfSession(bottle, { host, reporter: ui.reporter, discard: start.discard });
    if (ended.workSaved) ui.note(`The agent's work: bot-bottle pull ${slug}`);
  }
  const { exitCode, output } = result;
  const { workSaved } = ended;
  const refusals = await countRefusals(home, slug);
  if (refusals > 0) ui.note(`${counted(refusals, "refused request")}: bot-bottle logs ${slug}`);
  const changedFiles = start.json && workSaved ? await listChanges(context, slug) : [];
  const durationMs = Math.round(performance.now() - startedAt);
  return { exitCode, json: { slug, exitCode, durationMs, refusals, changedFiles, workSaved, output } };
}
