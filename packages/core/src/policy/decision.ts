import type { EgressRoute } from "./route.ts";

/** A request as policy sees it, before anything was changed. */
export interface EgressRequest {
  readonly method: string;
  readonly scheme: "https" | "http";
  /** normalised host of the authority that the client asked for */
  readonly host: string;
  readonly port: number;
  /** origin-form target as sent: path and query */
  readonly target: string;
  /** names in lower case, in order, repeats kept */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export type RefusalCode =
  | "host_not_declared"
  | "ip_literal"
  | "invalid_host"
  | "invalid_request"
  | "authority_mismatch"
  | "method_not_allowed"
  | "ambiguous_path"
  | "no_match"
  | "git_push"
  | "git_fetch"
  | "provider_refused"
  | "provider_quiet"
  | "foreign_credential"
  | "websocket_refused"
  | "private_address"
  | "blocked_address"
  | "unresolved"
  | "upstream_failed"
  | "upstream_certificate"
  | "upstream_timeout"
  | "credential_reflected"
  | "too_large"
  | "overloaded";

export interface Refusal {
  readonly outcome: "refuse";
  readonly code: RefusalCode;
  readonly status: number;
  /** one sentence, no values that the agent did not send */
  readonly reason: string;
  /** id of the route or rule that decided, when one did */
  readonly rule?: string | undefined;
  readonly hint: string;
  /** manifest lines that would allow the request, when lines can */
  readonly manifestSnippet?: string | undefined;
  /** counted in the audit trail, never shown to the human */
  readonly quiet: boolean;
  readonly explanation: readonly string[];
}

export interface Allowance {
  readonly outcome: "allow";
  readonly route: EgressRoute;
  readonly explanation: readonly string[];
}

/** A decision carries its own explanation, so that the proxy, `why` and the docs say the same. */
export type EgressDecision = Allowance | Refusal;
