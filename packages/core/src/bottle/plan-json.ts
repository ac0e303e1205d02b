import type { SecretRef } from "../secret/secret-ref.ts";
import type { BottlePlan } from "./plan.ts";
import type { GitIdentity, ResourcePlan } from "./plan-parts.ts";
import { planEnvNames, planRisks } from "./plan-facts.ts";

/** The preflight as one JSON document. Adding a field keeps `schemaVersion`; changing one raises it. */
export interface PlanJson {
  readonly schemaVersion: 1;
  readonly slug: string;
  readonly agent: { readonly name: string; readonly file: string; readonly origin: "home" | "repository" };
  readonly bottles: readonly { readonly name: string; readonly file: string }[];
  readonly provider: string;
  readonly backend: string;
  readonly env: readonly string[];
  readonly skills: readonly { readonly name: string; readonly path: string }[];
  readonly gitIdentity: GitIdentity;
  readonly gitGate: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly from: string;
  }[];
  readonly egress: readonly {
    readonly host: string;
    readonly port: number;
    readonly auth?: string;
    readonly provider?: string;
    readonly from: string;
  }[];
  readonly images: { readonly agent: { readonly origin: string; readonly dockerfile: string } };
  readonly resources: ResourcePlan;
  readonly workspace: {
    readonly mode: "none" | "copy";
    readonly path: string;
    readonly source?: string;
    readonly files: number;
    readonly suspicious: readonly string[];
  };
  readonly secrets: readonly (SecretRef & { readonly goesTo: string })[];
  readonly risks: readonly string[];
}

/** Secrets by reference and where the sidecar puts each. */
function planSecrets({ egressPlan: { policy, upstream }, gitGatePlan }: BottlePlan): PlanJson["secrets"] {
  const secret = (ref: SecretRef | undefined, goesTo: string): PlanJson["secrets"] =>
    ref === undefined ? [] : [{ source: ref.source, name: ref.name, goesTo }];
  return [
    ...policy.routes.flatMap(({ host, auth }) => secret(auth?.secret, `${host} ${auth?.header ?? ""}`)),
    ...secret(upstream.proxy?.auth, upstream.proxy?.url ?? ""),
    ...gitGatePlan.upstreams.flatMap(({ name, key }) => secret(key.forgeToken, `git gate ${name}`)),
  ];
}

/** Only what the schema has, whatever a plan carries besides. */
function placedIdentity({ name, email }: GitIdentity): GitIdentity {
  const placed = (field: { readonly value: string; readonly from: string }) => ({
    value: field.value,
    from: field.from,
  });
  return {
    ...(name === undefined ? {} : { name: placed(name) }),
    ...(email === undefined ? {} : { email: placed(email) }),
  };
}

export function planToJson(plan: BottlePlan): PlanJson {
  const { agent } = plan.spec;
  const { workspace } = plan;
  const { cpus, memoryBytes, pids, diskBytes } = plan.resources;
  return {
    schemaVersion: 1,
    slug: plan.slug,
    agent: { name: agent.name, file: agent.file, origin: agent.origin },
    bottles: plan.spec.bottles.map(({ name, file }) => ({ name, file })),
    provider: plan.providerName,
    backend: plan.backendName,
    env: planEnvNames(plan),
    skills: plan.skills.map(({ name, path }) => ({ name, path })),
    gitIdentity: placedIdentity(plan.spec.gitIdentity),
    gitGate: plan.gitGatePlan.upstreams.map(({ name, host, port, from }) => ({ name, host, port, from })),
    egress: plan.egressPlan.policy.routes.map((route) => ({
      host: route.host,
      port: route.port,
      ...(route.auth === undefined ? {} : { auth: route.auth.scheme ?? route.auth.header }),
      ...(route.provider === undefined ? {} : { provider: route.provider }),
      from: route.from,
    })),
    images: { agent: { origin: plan.image.origin, dockerfile: plan.image.dockerfile } },
    resources: { cpus, memoryBytes, pids, diskBytes },
    workspace: {
      mode: workspace.mode,
      path: workspace.guestPath,
      ...(workspace.source === undefined ? {} : { source: workspace.source }),
      files: workspace.fileCount,
      suspicious: workspace.suspicious,
    },
    secrets: planSecrets(plan),
    risks: planRisks(plan),
  };
}
