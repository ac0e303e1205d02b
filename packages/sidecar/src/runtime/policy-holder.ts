import { compilePolicy, type EgressPolicy } from "@bot-bottle/core";
import type { OpenExchange, PolicyState } from "../egress/context.ts";

/** The policy in force. Every change is a new generation. */
export class PolicyHolder {
  #state: PolicyState;

  /** @throws TypeError when the policy cannot be compiled */
  constructor(policy: EgressPolicy, generation: number) {
    this.#state = { policy, compiled: compilePolicy(policy), generation };
  }

  get state(): PolicyState {
    return this.#state;
  }

  /** @throws TypeError when the policy cannot be compiled; the old one stays in force then */
  apply(policy: EgressPolicy): PolicyState {
    this.#state = { policy, compiled: compilePolicy(policy), generation: this.#state.generation + 1 };
    return this.#state;
  }

  /** Whether a request that is on its way would still be sent, and in the same manner. */
  stillAllows({ request, route }: OpenExchange): boolean {
    const decision = this.#state.compiled.decide(request);
    return decision.outcome === "allow" && JSON.stringify(decision.route) === JSON.stringify(route);
  }
}
