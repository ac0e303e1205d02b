import type { AgentFile, BottleFile, BottleSpec, SpecRoute } from "../bottle/spec.ts";
import { IssueList } from "./issue-list.ts";
import { FIX_HINT } from "./read-manifest.ts";
import { foldRoutes, type PlacedRoute } from "./routes.ts";
import { readEnv } from "./rules/env.ts";
import { readGitIdentity } from "./rules/git-identity.ts";
import { readProvider } from "./rules/provider.ts";
import { checkRepos, readRepos } from "./rules/repos.ts";
import { readResources } from "./rules/resources.ts";
import { readRoute } from "./rules/route.ts";
import { readUpstream } from "./rules/upstream.ts";
import { readWorkspace } from "./rules/workspace.ts";
import { type ReadContext, Section } from "./section.ts";
import type { MapNode } from "./tree.ts";
import { unavailableInBottle } from "./unavailable.ts";

export interface SpecInputs {
  readonly agent: AgentFile;
  readonly skills: readonly string[];
  readonly bottles: readonly BottleFile[];
  /** merged, without removals, the agent's identity included */
  readonly effective: MapNode;
  readonly userHome: string;
  readonly cwd: string;
  readonly copyCwd: boolean;
  readonly label?: string | undefined;
  readonly warnings: string[];
}

function readRoutes(egress: Section, context: ReadContext): readonly SpecRoute[] {
  const placed = egress.items("routes").flatMap((field, index): PlacedRoute[] => {
    const section = egress.sections("routes")[index];
    const route = section === undefined ? undefined : readRoute(section, context);
    return route === undefined ? [] : [{ route, field }];
  });
  const conflicts = new IssueList();
  const routes = foldRoutes(placed, conflicts);
  conflicts.throwIfAny(
    "BB_MANIFEST_CONFLICT",
    "Remove one of the two, or write `override: true` in the later one to replace only the keys it names.",
  );
  return routes;
}

function checkProxyAuth(upstream: Section, { issues }: ReadContext): void {
  const auth = upstream.text("proxy_auth_ref");
  if (auth === undefined || upstream.node("proxy") !== undefined) return;
  issues.addKey(auth.place, auth.key, "has no meaning without `proxy`");
}

/**
 * The effective bottle as a spec: rules that hold only for the merged whole, and the normalised values.
 * @throws ManifestError `BB_MANIFEST_INVALID`, `BB_MANIFEST_CONFLICT`
 */
export function buildSpec({ effective, userHome, warnings, copyCwd, label, ...rest }: SpecInputs): BottleSpec {
  const issues = new IssueList();
  const context = { issues, userHome, warnings };
  const bottle = new Section(effective);
  const gitGate = bottle.section("git-gate");
  const egress = bottle.section("egress");
  const upstream = egress.section("upstream");
  const workspace = readWorkspace(bottle.section("workspace"));
  const log = egress.number("log")?.value;
  const spec: BottleSpec = {
    ...rest,
    env: readEnv(bottle.section("env"), context),
    provider: readProvider(bottle.section("agent_provider"), context),
    gitIdentity: readGitIdentity(gitGate.section("user")),
    gitGate: { upstreams: readRepos(gitGate.section("repos"), context) },
    egress: {
      logLevel: log === 0 || log === 2 ? log : 1,
      presets: [...new Set(egress.texts("presets").map(({ value }) => value))],
      upstream: readUpstream(upstream, context),
      routes: readRoutes(egress, context),
    },
    resources: readResources(bottle.section("resources"), context),
    workspace: copyCwd ? { ...workspace, mode: "copy" } : workspace,
    unavailable: unavailableInBottle(bottle),
    ...(label === undefined ? {} : { label }),
  };
  checkRepos(gitGate.section("repos"), context);
  checkProxyAuth(upstream, context);
  issues.throwIfAny("BB_MANIFEST_INVALID", FIX_HINT);
  return spec;
}
