import { decideEgress, type EgressPolicy } from "@bot-bottle/core";
import { apiRoute, providerRules } from "../../src/routes.ts";

export type ProfileList = "needed" | "refused" | "quiet";

export interface TracedRequest {
  readonly host: string;
  readonly method: string;
  /** without the query */
  readonly path: string;
}

const policy: EgressPolicy = {
  routes: [apiRoute({ kind: "oauth", secret: { source: "env", name: "CLAUDE_CODE_OAUTH_TOKEN" } })],
  providerRules,
};

/** The list of the profile that knows the request, by the decision that the sidecar would take. */
export function listOf({ host, method, path }: TracedRequest): ProfileList | undefined {
  const decision = decideEgress(policy, { method, scheme: "https", host, port: 443, target: path, headers: [] });
  if (decision.outcome === "allow") return "needed";
  if (decision.code === "provider_refused") return "refused";
  return decision.code === "provider_quiet" ? "quiet" : undefined;
}
