import type { CompiledPolicy, EgressRequest, EgressRoute } from "@bot-bottle/core";
import type { Staged } from "../context.ts";
import { refuse } from "../refusals.ts";

/** Third stage: asks policy. WebSockets, where policy allows them, are answered so that clients fall back at once. */
export function matchRoute(request: EgressRequest, { decide }: CompiledPolicy): Staged<EgressRoute> {
  const decision = decide(request);
  if (decision.outcome === "refuse") return decision;
  if (request.headers.some(([name, value]) => name === "upgrade" && /\bwebsocket\b/i.test(value))) {
    return refuse("websocket_refused", "WebSockets are not carried.", { rule: decision.route.id });
  }
  return decision.route;
}
