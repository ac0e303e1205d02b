import type { BottlePlanInit } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import type { Slug } from "../bottle/slug.ts";
import type { PrepareHost } from "../backend/hosts.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";
import type { SecretRef } from "../secret/secret-ref.ts";
import type { Secret } from "../secret/secret.ts";
import { checkEnv } from "./check-env.ts";
import { placedError } from "./placed-error.ts";
import { planImage } from "./plan-image.ts";
import { planResources } from "./plan-resources.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { peekSecret, type SecretSources } from "./peek-secret.ts";
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

/** The secret behind a reference, or an error that says where the reference was written. */
function peekAt(ref: SecretRef, from: string, sources: SecretSources): Secret | undefined {
  try {
    return peekSecret(ref, sources);
  } catch (error) {
    throw placedError(error, from);
  }
}

async function findProvider({ provider }: BottleSpec, { providers }: PrepareHost): Promise<AgentProvider> {
  return await providers.get(provider.template).catch((error: unknown) => {
    throw placedError(error, provider.from);
  });
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
  const provider = await findProvider(spec, host);
  checkEnv(spec, host.env);
  const workspacePath = spec.workspace.path ?? `${provider.guestHome}/workspace`;
  const { userHome, env } = host;
  const sources: SecretSources = { env, hostLogin: () => provider.readHostLogin({ userHome, env }).token };
  const provision = provider.provisionPlan({
    spec,
    workspacePath,
    hasHostEnv: (name) => (readVariable(host.env, name) ?? "") !== "",
    peekSecret: (ref) => peekAt(ref, spec.provider.authToken?.from ?? spec.provider.from, sources),
    loginHost: { userHome, env },
  });
  const { egressRoutes, egressRules, ...agentProvision } = provision;
  const routes = mergeRoutes(egressRoutes, spec.egress.routes);
  for (const { auth, from } of routes) if (auth !== undefined) peekAt(auth.secret, from, sources);
  const { proxyAuth, proxy } = spec.egress.upstream;
  if (proxyAuth !== undefined) peekAt(proxyAuth, proxy?.from ?? "upstream", sources);
  const upstream = planUpstream(spec);
  const [skills, image, workspace] = await Promise.all([
    planSkills(spec.skills, provider.hostSkillsDir, host).catch((error: unknown) => {
      throw placedError(error, spec.agent.file);
    }),
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
