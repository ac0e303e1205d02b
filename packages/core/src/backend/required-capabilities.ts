import { type BottlePlan } from "../bottle/plan.ts";
import { type BackendCapability } from "./capabilities.ts";

/** What a plan asks of a backend, with the manifest key that asks. */
export function requiredCapabilities(
  plan: BottlePlan,
): readonly { readonly capability: BackendCapability; readonly asked: string }[] {
  return plan.egressPlan.upstream.network === undefined
    ? []
    : [{ capability: "upstreamNetwork", asked: "egress.upstream.network" }];
}
