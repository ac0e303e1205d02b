import { escapeForDisplay } from "../secret/redact.ts";
import type { BottlePlan } from "./plan.ts";
import { planEnvNames, planRisks } from "./plan-facts.ts";

const LABEL_WIDTH = 14;

/** One row: the label, the first value beside it, the others under it. */
function row(label: string, values: readonly string[]): string[] {
  const shown = values.length === 0 ? ["none"] : values;
  return shown.map((value, index) => `  ${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${escapeForDisplay(value)}`);
}

function agentRow(plan: BottlePlan): string {
  const { name, origin } = plan.spec.agent;
  return origin === "repository" ? `${name}  (from this repository)` : name;
}

function providerRow(plan: BottlePlan): string[] {
  return [plan.providerName, ...plan.agentProvision.notes];
}

function identityRow(plan: BottlePlan): string[] {
  const { name, email } = plan.spec.gitIdentity;
  return [name, email].flatMap((field) => (field === undefined ? [] : [`${field.value}  (${field.from})`]));
}

function egressRow(plan: BottlePlan): string[] {
  return plan.egressPlan.policy.routes.map(({ host, auth }) =>
    auth === undefined ? host : `${host} [auth:${auth.scheme ?? auth.header}]`,
  );
}

function workspaceRow(plan: BottlePlan): string[] {
  const { mode, source, fileCount, guestPath, suspicious } = plan.workspace;
  if (mode === "none" || source === undefined) return [];
  const secrets = suspicious.length === 0 ? "" : `, ${suspicious.length} that look like secrets`;
  return row("workspace", [`${source} → ${guestPath}  (${fileCount} files${secrets})`]);
}

/** The question's text, the same on every backend; never a value of an environment variable or a secret. */
export function renderPreflight(plan: BottlePlan): string[] {
  const risks = planRisks(plan);
  return [
    "",
    ...row("agent", [agentRow(plan)]),
    ...row("provider", providerRow(plan)),
    ...row("env", planEnvNames(plan)),
    ...row(
      "skills",
      plan.skills.map(({ name }) => name),
    ),
    ...row(
      "bottle",
      plan.spec.bottles.map(({ name }) => name),
    ),
    ...row("git identity", identityRow(plan)),
    ...row(
      "git gate",
      plan.gitGatePlan.upstreams.map(({ name, host, port }) => `${name} → ${host}:${port}`),
    ),
    ...row("egress", egressRow(plan)),
    ...workspaceRow(plan),
    ...(risks.length === 0 ? [] : row("risks", risks)),
    "",
  ];
}
