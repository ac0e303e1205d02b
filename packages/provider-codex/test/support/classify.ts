import { decideEgress, type EgressPolicy, Secret } from "@bot-bottle/core";
import { apiRoute, providerRules } from "../../src/routes.ts";

export type ProfileList = "needed" | "refused" | "quiet" | "websocket";

export interface TracedRequest {
  readonly host: string;
  readonly method: string;
  /** without the query */
  readonly path: string;
  /** the request asks for a WebSocket */
  readonly isUpgrade?: boolean;
  /** value of chatgpt-account-id, default the login's own */
  readonly account?: string | undefined;
}

export const ACCOUNT = "account-of-the-test";
const secret = { source: "env", name: "OPENAI_API_KEY" } as const;
const login = {
  ...{ token: new Secret("x"), path: "/nonexistent", expires: new Date(0) },
  ...{ accountId: ACCOUNT, plan: "plus" },
};
const policies: Readonly<Record<"api-key" | "login", EgressPolicy>> = {
  "api-key": { routes: [apiRoute({ kind: "api-key", secret })], providerRules },
  login: { routes: [apiRoute({ kind: "login", secret, login })], providerRules },
};

/** The list of the profile that knows the request, by the decision that the sidecar would take. */
export function listOf(
  { host, method, path, isUpgrade = false, account = ACCOUNT }: TracedRequest,
  kind: keyof typeof policies,
): ProfileList | undefined {
  const upgrade: [string, string][] = [
    ["connection", "Upgrade"],
    ["upgrade", "websocket"],
  ];
  const headers = [["chatgpt-account-id", account] as [string, string], ...(isUpgrade ? upgrade : [])];
  const decision = decideEgress(policies[kind], { method, scheme: "https", host, port: 443, target: path, headers });
  if (decision.outcome === "allow") return "needed";
  if (isUpgrade && decision.status === 426) return "websocket";
  if (decision.code === "provider_refused") return "refused";
  if (decision.code === "provider_quiet") return "quiet";
  // A host that no route opens is refused as such; the profile may know it all the same.
  const knows = providerRules.some(
    (rule) => rule.kind === "refused" && rule.host === host && rule.matches.length === 0,
  );
  return knows ? "refused" : undefined;
}
