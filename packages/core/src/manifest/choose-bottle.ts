import { realpathSync } from "node:fs";
import { escapeForDisplay } from "../secret/redact.ts";
import type { BottleMention } from "./bottle-chain.ts";
import type { Config } from "./config.ts";
import type { FoundFile } from "./discover.ts";
import { ManifestError } from "./manifest-error.ts";
import { Section } from "./section.ts";
import type { MapNode } from "./tree.ts";

export interface BottleChoice {
  readonly agent: FoundFile;
  readonly agentTree: MapNode;
  /** names from the command line, in order; they replace everything else */
  readonly asked: readonly string[];
  readonly config: Config;
  readonly cwd: string;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The entry of config.yml for the folder of the caller. */
function confirmed({ config, cwd }: BottleChoice): BottleMention | undefined {
  const here = realPath(cwd);
  const entry = config.repositories.find(({ path }) => here !== undefined && realPath(path) === here);
  return entry === undefined ? undefined : { name: entry.bottle, place: entry.place, key: "repositories" };
}

function unconfirmed({ agent, cwd }: BottleChoice, suggestion: string): ManifestError {
  const message =
    `The agent "${agent.name}" comes from this repository and asks for the bottle "${escapeForDisplay(suggestion)}"; ` +
    "a repository cannot choose its bottle.";
  const hint =
    `Read ${escapeForDisplay(agent.file)}, then pass \`--bottle NAME\`, ` +
    `or name a bottle for ${escapeForDisplay(cwd)} under \`repositories\` in config.yml.`;
  return new ManifestError("BB_REPO_AGENT_REFUSED", [], { message, hint });
}

function noBottle({ agent }: BottleChoice): ManifestError {
  const message = `The agent "${agent.name}" names no bottle.`;
  const hint = "Pass `--bottle NAME`, write `bottle: NAME` in the agent, or run `bot-bottle init` for a first bottle.";
  return new ManifestError("BB_NO_BOTTLE", [], { message, hint });
}

/**
 * Bottles that the agent runs in. A repository's agent only suggests: a human confirms by `--bottle` or config.yml.
 * @throws ManifestError `BB_NO_BOTTLE`, `BB_REPO_AGENT_REFUSED`
 */
export function chooseBottles(choice: BottleChoice): readonly BottleMention[] {
  if (choice.asked.length > 0) return choice.asked.map((name) => ({ name }));
  const written = new Section(choice.agentTree).text("bottle");
  if (choice.agent.origin === "home") {
    if (written === undefined) throw noBottle(choice);
    return [{ name: written.value, place: written.place, key: written.key }];
  }
  const entry = confirmed(choice);
  if (entry !== undefined) return [entry];
  throw written === undefined ? noBottle(choice) : unconfirmed(choice, written.value);
}
