import type { BottlePlan } from "./plan.ts";

/** Names of the agent's environment: manifest ∪ provider − hidden, sorted. */
export function planEnvNames(plan: BottlePlan): readonly string[] {
  const hidden = new Set(plan.agentProvision.hiddenEnvNames);
  const names = new Set([...Object.keys(plan.spec.env), ...Object.keys(plan.agentProvision.guestEnv)]);
  return [...names].filter((name) => !hidden.has(name)).sort();
}

/** What a hurried human should not miss, one sentence each. */
export function planRisks(plan: BottlePlan): readonly string[] {
  const risks: string[] = [];
  for (const route of plan.egressPlan.policy.routes) {
    if (route.auth !== undefined && route.host.startsWith("*.")) {
      risks.push(`${route.host}: every host under it receives the credential`);
    }
    if (route.agentCredentials) risks.push(`${route.host}: the agent's own credentials pass`);
    if (route.allowPrivate.length > 0) risks.push(`${route.host}: may reach ${route.allowPrivate.join(", ")}`);
    if (route.scheme === "http") risks.push(`${route.host}:${route.port}: cleartext`);
  }
  const { proxy, network } = plan.egressPlan.upstream;
  if (proxy !== undefined)
    risks.push(`${proxy.url}: resolves upstream names itself, the checked address does not hold past it`);
  if (network !== undefined) risks.push(`engine network "${network}" is the sidecar's way out`);
  if (plan.workspace.suspicious.length > 0) {
    risks.push(`workspace has files that look like secrets: ${plan.workspace.suspicious.join(", ")}`);
  }
  return risks;
}
