import type { SecretRef } from "../secret/secret-ref.ts";

/** One path condition; `prefix` ends at a segment border, `regex` is anchored at both ends. */
export interface PathMatch {
  readonly type: "exact" | "prefix" | "regex";
  readonly value: string;
}

/** Conditions that must all hold; an empty list of a kind holds always. */
export interface RequestMatch {
  readonly paths: readonly PathMatch[];
  /** upper case; empty means every method */
  readonly methods: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** The credential that the sidecar puts on requests of a route. */
export interface RouteAuth {
  readonly scheme?: "Bearer" | "token" | "Basic" | undefined;
  /** lower-case header name */
  readonly header: string;
  readonly secret: SecretRef;
  /** what the agent sends instead of the credential; any other value in that header is refused */
  readonly placeholder?: string | undefined;
  /** the user accepts that every tenant of a wildcard host receives the credential */
  readonly wildcard: boolean;
}

/** Where a policy line was written: `path:line:column` of a manifest, or `provider <name>`. */
export type PolicyOrigin = string;

/** One host that the bottle may reach, after merging; what is not written here is refused. */
export interface EgressRoute {
  /** stable name in explanations and the audit trail, e.g. `api.example.com:443` */
  readonly id: string;
  /** normalised exact host, or `*.example.com` */
  readonly host: string;
  readonly port: number;
  readonly scheme: "https" | "http";
  readonly from: PolicyOrigin;
  /** provider that brought the route, when one did */
  readonly provider?: string | undefined;
  readonly auth?: RouteAuth | undefined;
  /** the agent's own credential headers pass */
  readonly agentCredentials: boolean;
  /** ORed; empty means every request to the host */
  readonly matches: readonly RequestMatch[];
  readonly git: { readonly fetch: boolean };
  readonly websocket: boolean;
  /** CIDRs of private addresses that this route may reach */
  readonly allowPrivate: readonly string[];
}

/** Requests of an agent program that are known and unwanted; `quiet` ones are answered 404 and only counted. */
export interface ProviderRule {
  readonly provider: string;
  readonly kind: "refused" | "quiet";
  readonly host: string;
  readonly matches: readonly RequestMatch[];
  /** shown in the refusal, e.g. `can mint an API key` */
  readonly reason: string;
}

/** Everything that decides about a request. Plain data: travels to the sidecar and into `why` unchanged. */
export interface EgressPolicy {
  readonly routes: readonly EgressRoute[];
  readonly providerRules: readonly ProviderRule[];
}
