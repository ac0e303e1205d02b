import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";

/** Writes the agent's system prompt; the file exists even when the prompt is empty. */
export async function provisionPrompt(plan: BottlePlan, bottle: Bottle, path: string): Promise<void> {
  await bottle.writeFile(path, plan.spec.agent.prompt, 0o644);
}
