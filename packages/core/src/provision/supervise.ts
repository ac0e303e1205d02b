import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";

/** Only a provider knows how its program registers an MCP server, so this says that nobody did; nothing without a plan. */
export async function provisionSupervise(plan: BottlePlan, bottle: Bottle): Promise<void> {
  if (plan.supervisePlan === undefined) return;
  const message = `The agent program was not told of the supervise server at ${plan.superviseMcpUrl}.`;
  bottle.reporter.report({ type: "warning", message });
}
