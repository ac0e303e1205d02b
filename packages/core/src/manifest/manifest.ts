import { homedir } from "node:os";
import type { BottleSpec } from "../bottle/spec.ts";
import type { HomePaths } from "../paths/home.ts";
import type { Config } from "./config.ts";
import { discover, type FoundFile, type ManifestName } from "./discover.ts";
import type { ResolvedManifest, SpecRequest } from "./resolve.ts";

export interface ManifestSource {
  readonly home: HomePaths;
  /** folder of the caller; its `.bot-bottle/agents` count as the repository's */
  readonly cwd: string;
  readonly config: Config;
  /** the user's own home, for `~/`; the system's answer when absent */
  readonly userHome?: string | undefined;
}

/** The manifests of a home and a repository, by name. A file is read only when it is chosen. */
export interface Manifest {
  /** sorted by name */
  agents(): readonly ManifestName[];
  /** sorted by name */
  bottles(): readonly ManifestName[];
  /** what was ignored while looking for names */
  readonly warnings: readonly string[];
  /** @throws ManifestError */
  resolve(request: SpecRequest): Promise<ResolvedManifest>;
  /** {@link resolve} without its notes. */
  resolveSpec(request: SpecRequest): Promise<BottleSpec>;
}

function namesOf(files: ReadonlyMap<string, FoundFile>): readonly ManifestName[] {
  return [...files.values()]
    .map(({ name, file, origin }) => ({ name, file, origin }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Scans for names.
 * @throws ManifestError `BB_MANIFEST_READ` when a folder of the home cannot be listed
 */
export function loadManifest({ home, cwd, config, userHome = homedir() }: ManifestSource): Manifest {
  const found = discover(home, cwd);
  const resolve = async (request: SpecRequest): Promise<ResolvedManifest> => {
    // The parser, the validators and the list of public suffixes are only needed from here on.
    const { resolveRequest } = await import("./resolve.ts");
    return resolveRequest(request, { found, config, cwd, userHome });
  };
  return {
    agents: () => namesOf(found.agents),
    bottles: () => namesOf(found.bottles),
    warnings: found.warnings,
    resolve,
    resolveSpec: async (request) => (await resolve(request)).spec,
  };
}

/** Names for shell completion; nothing is read, and nothing but an empty list comes of a folder that cannot be listed. */
export function listNames(
  home: HomePaths,
  cwd: string,
): { readonly agents: readonly string[]; readonly bottles: readonly string[] } {
  try {
    const { agents, bottles } = discover(home, cwd);
    return { agents: [...agents.keys()].sort(), bottles: [...bottles.keys()].sort() };
  } catch {
    return { agents: [], bottles: [] };
  }
}
