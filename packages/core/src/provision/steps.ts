import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { ReportEvent } from "../events/reporter.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";

/** The order is part of the contract: trust first, a repository's files last. */
export const PROVISION_STEPS = ["ca", "prompt", "skills", "agent", "supervise", "git", "workspace"] as const;
export type ProvisionStep = (typeof PROVISION_STEPS)[number];

const TITLES: Readonly<Record<ProvisionStep, string>> = {
  ca: "Installing the bottle's certificate",
  prompt: "Writing the agent's prompt",
  skills: "Copying the agent's skills",
  agent: "Setting up the agent program",
  supervise: "Registering the supervise server",
  git: "Setting up git",
  workspace: "Copying the workspace",
};

/** False when this plan gives a step nothing to do. */
function isBusy(step: ProvisionStep, plan: BottlePlan): boolean {
  if (step === "skills") return plan.skills.length > 0;
  if (step === "supervise") return plan.supervisePlan !== undefined;
  return step !== "workspace" || plan.workspace.mode !== "none";
}

/** Tells that a step begins, in words for a human; one without anything to do is not worth a line. */
export function stepEvent(step: ProvisionStep, plan: BottlePlan): ReportEvent {
  const idle = isBusy(step, plan) ? {} : { idle: true };
  return { type: "step", step: `provision.${step}`, title: TITLES[step], ...idle };
}

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
