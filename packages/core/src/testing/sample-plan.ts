import type { BottleBackend } from "../backend/backend.ts";
import type { PrepareHost } from "../backend/hosts.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { sampleSpec } from "./sample-spec.ts";

/** The sample spec, prepared by a backend: what the print-parity test compares. Only the slug differs between calls. */
export async function samplePlan<PlanT extends BottlePlan>(
  backend: Pick<BottleBackend<PlanT>, "prepare">,
  host: PrepareHost,
): Promise<PlanT> {
  return await backend.prepare(sampleSpec, host);
}
