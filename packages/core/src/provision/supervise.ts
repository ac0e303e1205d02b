import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { runCommand } from "./agent.ts";

/**
 * Tells the agent program of the supervise server, by the program's own command; nothing without a supervise plan.
 * @param argv undefined when the provider knows no command
 */
export async function provisionSupervise(
  plan: BottlePlan,
  bottle: Bottle,
  argv: readonly string[] | undefined,
): Promise<void> {
  if (plan.supervisePlan === undefined) return;
  if (argv !== undefined) {
    await runCommand(plan, bottle, { title: "Registering the supervise server", argv, optional: true });
    return;
  }
  const message = `The agent program was not told of the supervise server at ${plan.superviseMcpUrl}.`;
  bottle.reporter.report({ type: "warning", message });
}
