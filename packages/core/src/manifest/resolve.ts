import type { BottleSpec } from "../bottle/spec.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { AGENT_KIND } from "./agent-kind.ts";
import { type BottleMention, chainBottles, type LoadedBottle } from "./bottle-chain.ts";
import { BOTTLE_KIND } from "./bottle-kind.ts";
import { buildSpec } from "./build-spec.ts";
import { chooseBottles } from "./choose-bottle.ts";
import type { Config } from "./config.ts";
import type { Discovery, FoundFile } from "./discover.ts";
import { ManifestError } from "./manifest-error.ts";
import { mergeBottles, withoutRemovals } from "./merge.ts";
import { nearest } from "../errors/nearest.ts";
import { formatPlace } from "./place.ts";
import { provenanceOf, type ProvenanceRow } from "./provenance.ts";
import { readManifest } from "./read-manifest.ts";
import { Section } from "./section.ts";
import type { MapNode } from "./tree.ts";

/** What the command line asks for. */
export interface SpecRequest {
  readonly agent: string;
  /** from `--bottle`, in order; they replace the agent's own */
  readonly bottles?: readonly string[] | undefined;
  /** `--cwd` */
  readonly copyCwd?: boolean | undefined;
  readonly label?: string | undefined;
  /** nobody is asked (`--yes`, `--headless`): a repository's agent is refused */
  readonly unattended?: boolean | undefined;
  /** `--allow-repo-agent` */
  readonly allowRepoAgent?: boolean | undefined;
}

export interface ResolveInputs {
  readonly found: Discovery;
  readonly config: Config;
  readonly cwd: string;
  readonly userHome: string;
}

export interface ResolvedManifest {
  readonly spec: BottleSpec;
  /** every effective value with its place, for `info` */
  readonly provenance: readonly ProvenanceRow[];
  /** what is allowed but probably not meant */
  readonly warnings: readonly string[];
}

function findAgent(name: string, { agents }: Discovery): FoundFile {
  const file = agents.get(name);
  if (file !== undefined) return file;
  const suggestion = nearest(name, agents.keys());
  const meant = suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
  throw new ManifestError("BB_MANIFEST_NOT_FOUND", [], {
    message: `There is no agent "${escapeForDisplay(name)}"${meant}.`,
    hint: `Run \`bot-bottle ${agents.size === 0 ? "init" : "list agents"}\`.`,
  });
}

function refuseUnattended({ name, file, origin }: FoundFile, request: SpecRequest): void {
  if (origin === "home" || request.unattended !== true || request.allowRepoAgent === true) return;
  throw new ManifestError("BB_REPO_AGENT_REFUSED", [], {
    message: `The agent "${name}" comes from this repository, and nobody is asked.`,
    hint: `Read ${escapeForDisplay(file)}, then add \`--allow-repo-agent\`.`,
  });
}

function without(tree: MapNode, key: string): MapNode {
  return { ...tree, entries: new Map([...tree.entries].filter(([name]) => name !== key)) };
}

/** The agent's identity as one more bottle on top: it wins field by field. */
function mergeAll(chain: readonly LoadedBottle[], agent: MapNode): MapNode {
  const gitGate = agent.entries.get("git-gate");
  const overlay: MapNode = { ...agent, entries: new Map(gitGate === undefined ? [] : [["git-gate", gitGate]]) };
  const layers = [...chain.map(({ tree }) => without(tree, "extends")), overlay];
  return withoutRemovals(layers.reduce(mergeBottles));
}

/** What chose the bottle: not always the agent, which may have been overruled. */
function bottleRow({ name, place }: BottleMention): ProvenanceRow {
  return {
    key: "bottle",
    value: escapeForDisplay(name),
    from: place === undefined ? "--bottle" : formatPlace(place),
  };
}

/**
 * Loads the agent and its bottles, and nothing else.
 * @throws ManifestError
 */
export function resolveRequest(request: SpecRequest, inputs: ResolveInputs): ResolvedManifest {
  const { found, config, cwd, userHome } = inputs;
  const file = findAgent(request.agent, found);
  refuseUnattended(file, request);
  const agent = readManifest(file, AGENT_KIND, { userHome, warnings: [] });
  const mentions = chooseBottles({ agent: file, agentTree: agent.tree, asked: request.bottles ?? [], config, cwd });
  const chain = chainBottles(mentions, {
    bottles: found.bottles,
    load: (bottle) => readManifest(bottle, BOTTLE_KIND, { userHome, warnings: [] }).tree,
  });
  const effective = mergeAll(chain, agent.tree);
  const warnings: string[] = [];
  const spec = buildSpec({
    agent: { name: file.name, file: file.file, origin: file.origin, prompt: agent.body },
    skills: new Section(agent.tree).texts("skills").map(({ value }) => value),
    bottles: chain.map((bottle) => ({ name: bottle.file.name, file: bottle.file.file })),
    effective,
    userHome,
    cwd,
    copyCwd: request.copyCwd === true,
    ...(request.label === undefined ? {} : { label: request.label }),
    warnings,
  });
  return {
    spec: { ...spec, unavailable: [...spec.unavailable, ...config.unavailable] },
    provenance: [
      ...mentions.map(bottleRow),
      ...provenanceOf(without(without(agent.tree, "git-gate"), "bottle")),
      ...provenanceOf(effective),
    ],
    warnings,
  };
}
