import type { EgressRoute } from "../policy/route.ts";
import type { BottlePlan } from "./plan.ts";

const MAX_NAMED = 5;

/** Names of the agent's environment: manifest ∪ provider − hidden, sorted. */
export function planEnvNames(plan: BottlePlan): readonly string[] {
  const hidden = new Set(plan.agentProvision.hiddenEnvNames);
  const names = new Set([...Object.keys(plan.spec.env), ...Object.keys(plan.agentProvision.guestEnv)]);
  return [...names].filter((name) => !hidden.has(name)).sort();
}

function routeRisks({ host, port, scheme, auth, agentCredentials, allowPrivate }: EgressRoute): readonly string[] {
  return [
    ...(auth !== undefined && host.startsWith("*.") ? [`${host}: every host under it receives the credential`] : []),
    ...(agentCredentials ? [`${host}: the agent's own credentials pass`] : []),
    ...(allowPrivate.length > 0 ? [`${host}: may reach ${allowPrivate.join(", ")}`] : []),
    ...(scheme === "http" ? [`${host}:${port}: cleartext`] : []),
  ];
}

function upstreamRisks({ egressPlan: { upstream } }: BottlePlan): readonly string[] {
  const { proxy, network } = upstream;
  return [
    ...(proxy === undefined
      ? []
      : [`${proxy.url}: resolves upstream names itself, the checked address does not hold past it`]),
    ...(network === undefined ? [] : [`engine network "${network}" is the sidecar's way out`]),
  ];
}

function workspaceRisks({ workspace: { suspicious } }: BottlePlan): readonly string[] {
  if (suspicious.length === 0) return [];
  const more = suspicious.length > MAX_NAMED ? ` and ${suspicious.length - MAX_NAMED} more` : "";
  return [`workspace has files that look like secrets: ${suspicious.slice(0, MAX_NAMED).join(", ")}${more}`];
}

/** What a hurried human should not miss, one sentence each. */
export function planRisks(plan: BottlePlan): readonly string[] {
  return [...plan.egressPlan.policy.routes.flatMap(routeRisks), ...upstreamRisks(plan), ...workspaceRisks(plan)];
}
