import { join } from "node:path";
import { type Config, DEFAULT_NETWORK_POOL, type RepositoryBottle } from "./config.ts";
import { validateConfig } from "./generated/validators.mjs";
import { IssueList } from "./issue-list.ts";
import { provenanceOf } from "./provenance.ts";
import { FIX_HINT } from "./read-manifest.ts";
import { readText } from "./read-text.ts";
import { isPrivateIpv4, parseWholeRange } from "./rules/ip-range.ts";
import { checkSchema } from "./schema-issues.ts";
import { type Field, Section } from "./section.ts";
import { unavailableInConfig } from "./unavailable.ts";
import { parseYaml } from "./yaml-tree.ts";

/** A /27 holds the two /28 of one bottle. */
const SMALLEST_POOL_BITS = 27;

function checkPool(pool: Field<string> | undefined, issues: IssueList): void {
  if (pool === undefined) return;
  const range = parseWholeRange(pool.value);
  const isUsable = range !== undefined && isPrivateIpv4(range) && range.bits <= SMALLEST_POOL_BITS;
  if (!isUsable)
    issues.addKey(pool.place, pool.key, "must be a private IPv4 range of /27 or larger, such as 10.203.0.0/16");
}

function readRepositories(repositories: Section, userHome: string): readonly RepositoryBottle[] {
  return repositories.keys.flatMap((path) => {
    const bottle = repositories.text(path);
    if (bottle === undefined) return [];
    const absolute = path.startsWith("~/") ? join(userHome, path.slice(2)) : path;
    return [{ path: absolute, bottle: bottle.value, place: bottle.place }];
  });
}

function readPlugins(plugins: Section): Config["plugins"] {
  return Object.fromEntries(
    plugins.keys.map((name) => [name, { override: plugins.section(name).flag("override")?.value ?? false }]),
  );
}

/**
 * Reads and checks a `config.yml` that exists.
 * @throws ManifestError `BB_CONFIG_INVALID` with every issue at once, `BB_MANIFEST_READ`, `BB_MANIFEST_TOO_LARGE`
 */
export function readConfig(path: string, userHome: string): Config {
  const issues = new IssueList();
  const tree = parseYaml({ text: readText(path), path, firstLine: 1 }, issues);
  if (tree !== undefined) checkSchema(tree, validateConfig, issues);
  const config = new Section(tree);
  const pool = config.text("network_pool");
  checkPool(pool, issues);
  issues.throwIfAny("BB_CONFIG_INVALID", FIX_HINT);
  const backend = config.text("default_backend")?.value;
  const baseImage = config.section("images").text("base")?.value;
  const notify = config.section("notify");
  return {
    ...(backend === undefined ? {} : { defaultBackend: backend }),
    networkPool: pool?.value ?? DEFAULT_NETWORK_POOL,
    repositories: readRepositories(config.section("repositories"), userHome),
    plugins: readPlugins(config.section("plugins")),
    ...(baseImage === undefined ? {} : { baseImage }),
    ...(notify.isWritten ? { notify: { command: notify.texts("command").map(({ value }) => value) } } : {}),
    unavailable: unavailableInConfig(config),
    provenance: tree === undefined ? [] : provenanceOf(tree),
  };
}
