import type { EgressRoute } from "../policy/route.ts";
import { displayValue } from "./display-value.ts";
import type { BottlePlan } from "./plan.ts";
import { planEnvNames, planRisks } from "./plan-facts.ts";

const LABEL_WIDTH = 14;
/** a repository's agent may write the identity */
const MAX_IDENTITY_LENGTH = 100;
const HTTPS_PORT = 443;

/** One row: the label, the first value beside it, the others under it. Values are safe to print. */
function row(label: string, values: readonly string[]): string[] {
  const shown = values.length === 0 ? ["none"] : values;
  return shown.map((value, index) => `  ${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${value}`);
}

function agentRow({ spec: { agent } }: BottlePlan): string {
  const name = displayValue(agent.name);
  return agent.origin === "repository" ? `${name}  (from this repository)` : name;
}

function identityRow({ spec: { gitIdentity } }: BottlePlan): string[] {
  return [gitIdentity.name, gitIdentity.email].flatMap((field) =>
    field === undefined ? [] : [`${displayValue(field.value, MAX_IDENTITY_LENGTH)}  (${displayValue(field.from)})`],
  );
}

function egressValue({ host, port, auth }: EgressRoute): string {
  const place = port === HTTPS_PORT ? host : `${host}:${port}`;
  return auth === undefined ? place : `${place} [auth:${auth.scheme ?? auth.header}]`;
}

function workspaceRow({ workspace }: BottlePlan): string[] {
  const { mode, source, fileCount, guestPath, suspicious } = workspace;
  if (mode === "none" || source === undefined) return [];
  const secrets = suspicious.length === 0 ? "" : `, ${suspicious.length} that look like secrets`;
  return row("workspace", [
    `${displayValue(`${source} → ${guestPath}`)}  (${fileCount} ${fileCount === 1 ? "file" : "files"}${secrets})`,
  ]);
}

/** The question's text, the same on every backend; never a value of an environment variable or a secret. */
export function renderPreflight(plan: BottlePlan): string[] {
  const { providerName, agentProvision, skills, spec, gitGatePlan, egressPlan } = plan;
  const values = (texts: readonly string[]): string[] => texts.map((text) => displayValue(text));
  const risks = planRisks(plan);
  return [
    "",
    ...row("agent", [agentRow(plan)]),
    ...row("provider", values([providerName, ...agentProvision.notes])),
    ...row("env", values(planEnvNames(plan))),
    ...row("skills", values(skills.map(({ name }) => name))),
    ...row("bottle", values(spec.bottles.map(({ name }) => name))),
    ...row("git identity", identityRow(plan)),
    ...row("git gate", values(gitGatePlan.upstreams.map(({ name, host, port }) => `${name} → ${host}:${port}`))),
    ...row("egress", values(egressPlan.policy.routes.map(egressValue))),
    ...workspaceRow(plan),
    ...(risks.length === 0 ? [] : row("risks", values(risks))),
    "",
  ];
}
