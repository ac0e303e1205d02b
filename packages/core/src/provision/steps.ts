import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";

/** The order is part of the contract: trust first, a repository's files last. */
export const PROVISION_STEPS = ["ca", "prompt", "skills", "agent", "supervise", "git", "workspace"] as const;
export type ProvisionStep = (typeof PROVISION_STEPS)[number];

/** Runs one step of the provider; the workspace is the backend's. */
export async function provisionStep(
  step: Exclude<ProvisionStep, "workspace">,
  provider: AgentProvider,
  plan: BottlePlan,
  bottle: Bottle,
): Promise<void> {
  switch (step) {
    case "ca":
      await provider.provisionCa(plan, bottle);
      return;
    case "prompt":
      await provider.provisionPrompt(plan, bottle);
      return;
    case "skills":
      await provider.provisionSkills(plan, bottle);
      return;
    case "agent":
      await provider.provisionAgent(plan, bottle);
      return;
    case "supervise":
      await provider.provisionSupervise(plan, bottle);
      return;
    case "git":
      await provider.provisionGit(plan, bottle);
      return;
  }
}
