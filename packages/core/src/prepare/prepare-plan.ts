import type { BottlePlanInit } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import type { Slug } from "../bottle/slug.ts";
import type { PrepareHost } from "../backend/hosts.ts";
import { checkEnv } from "./check-env.ts";
import { planImage } from "./plan-image.ts";
import { planResources } from "./plan-resources.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { peekSecret } from "./peek-secret.ts";
import { planSkills } from "./plan-skills.ts";
import { planUpstream } from "./plan-upstream.ts";
import { planWorkspace } from "./plan-workspace.ts";
import { readVariable } from "./read-variable.ts";
import { refuseUnavailable } from "./refuse-unavailable.ts";

export interface PrepareOptions {
  readonly host: PrepareHost;
  readonly slug: Slug;
  readonly backendName: string;
}

/**
 * Everything that can fail without an engine fails here, before any question: planes that are not there, missing
 * variables, secrets, skills and files, conflicting routes. Reads only.
 */
export async function preparePlan(
  spec: BottleSpec,
  { host, slug, backendName }: PrepareOptions,
): Promise<BottlePlanInit> {
  refuseUnavailable(spec);
  const provider = await host.providers.get(spec.provider.template);
  checkEnv(spec, host.env);
  const workspacePath = spec.workspace.path ?? `${provider.guestHome}/workspace`;
  const provision = provider.provisionPlan({
    spec,
    workspacePath,
    hasHostEnv: (name) => (readVariable(host.env, name) ?? "") !== "",
    peekSecret: (ref) => peekSecret(ref, host.env),
  });
  const { egressRoutes, egressRules, ...agentProvision } = provision;
  const routes = mergeRoutes(egressRoutes, spec.egress.routes);
  for (const { auth } of routes) if (auth !== undefined) peekSecret(auth.secret, host.env);
  if (spec.egress.upstream.proxyAuth !== undefined) peekSecret(spec.egress.upstream.proxyAuth, host.env);
  const upstream = planUpstream(spec);
  const [skills, image, workspace] = await Promise.all([
    planSkills(spec.skills, provider.hostSkillsDir, host),
    planImage(spec, provider, { slug, home: host.home }),
    planWorkspace(spec, workspacePath),
  ]);
  return {
    spec,
    slug,
    backendName,
    providerName: provider.name,
    gitGatePlan: { upstreams: spec.gitGate.upstreams },
    egressPlan: { logLevel: spec.egress.logLevel, policy: { routes, providerRules: egressRules }, upstream },
    agentProvision,
    supervisePlan: undefined,
    guestHome: provider.guestHome,
    guestUser: provider.guestUser,
    image,
    resources: planResources(spec),
    workspace,
    skills,
  };
}
