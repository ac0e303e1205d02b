import { BotBottleError, type BottleSpec } from "@bot-bottle/core";
import { type Config, loadManifest, type Manifest, type ResolvedManifest } from "@bot-bottle/core/manifest";
import type { CommandContext } from "../command.ts";

/** The manifests that this folder sees; what was ignored on the way is said. */
export function openManifest({ home, cwd, userHome, ui }: CommandContext, config: Config): Manifest {
  const manifest = loadManifest({ home, cwd, userHome, config });
  for (const warning of manifest.warnings) ui.warn(warning);
  return manifest;
}

/** The agent that was named, else a picker. @throws `BB_MANIFEST_NOT_FOUND` without any, `BB_INPUT_REQUIRED` without a terminal */
async function chooseAgent({ ui }: CommandContext, manifest: Manifest, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const agents = manifest.agents();
  if (agents.length === 0) {
    throw new BotBottleError("BB_MANIFEST_NOT_FOUND", "There is no agent yet.", { hint: "Run `bot-bottle init`." });
  }
  const choices = agents.map(({ name, origin }) => ({
    value: name,
    label: name,
    ...(origin === "repository" ? { hint: "from this repository" } : {}),
  }));
  return await ui.select("Which agent?", choices, "the agent's name");
}

export interface SpecQuestion {
  readonly agent: string | undefined;
  readonly bottles: readonly string[] | undefined;
  readonly copyCwd?: boolean;
  readonly label?: string | undefined;
  /** nobody is asked before the launch */
  readonly unattended?: boolean;
  readonly allowRepoAgent?: boolean;
}

export async function resolveManifest(
  context: CommandContext,
  config: Config,
  question: SpecQuestion,
): Promise<ResolvedManifest> {
  const manifest = openManifest(context, config);
  const agent = await chooseAgent(context, manifest, question.agent);
  const resolved = await manifest.resolve({ ...question, agent });
  for (const warning of resolved.warnings) context.ui.warn(warning);
  return resolved;
}

export async function resolveSpec(
  context: CommandContext,
  config: Config,
  question: SpecQuestion,
): Promise<BottleSpec> {
  return (await resolveManifest(context, config, question)).spec;
}
