import type { BottlePlan } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { BackendCapabilities, BackendCapability } from "./capabilities.ts";

interface Required {
  readonly capability: BackendCapability;
  /** manifest key that asks */
  readonly asked: string;
}

/** What a plan asks of a backend. */
export function requiredCapabilities(plan: BottlePlan): readonly Required[] {
  const { network } = plan.egressPlan.upstream;
  return network === undefined ? [] : [{ capability: "upstreamNetwork", asked: "egress.upstream.network" }];
}

/** @throws BotBottleError `BB_BACKEND_CAPABILITY` naming every key that the backend cannot honour */
export function requireCapabilities(
  plan: BottlePlan,
  { name, capabilities }: { readonly name: string; readonly capabilities: BackendCapabilities },
): void {
  const missing = requiredCapabilities(plan).filter(({ capability }) => !capabilities[capability]);
  if (missing.length === 0) return;
  const keys = missing.map(({ asked }) => asked).join(", ");
  throw new BotBottleError("BB_BACKEND_CAPABILITY", `Backend "${name}" cannot honour ${keys}.`, {
    hint: "Choose another backend with --backend, or take the key out of the manifest.",
  });
}
