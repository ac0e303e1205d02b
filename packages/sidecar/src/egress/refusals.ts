import { createRefusal, type Refusal, type RefusalCode } from "@bot-bottle/core";

const UPSTREAM_HINT = "Try again later; if it lasts, tell the user.";
const REQUEST_HINT = "Send an ordinary HTTP/1.1 request through the proxy.";

/** What the agent can do about refusals that the proxy itself makes; those of policy bring their own. */
const HINTS: Partial<Record<RefusalCode, string>> = {
  ip_literal: "Use the name of a declared host.",
  invalid_host: "Use the name of a declared host.",
  invalid_request: REQUEST_HINT,
  authority_mismatch: "CONNECT, TLS server name and Host must name the same host.",
  websocket_refused: "Use plain HTTPS requests.",
  foreign_credential: "Send the placeholder from your environment; the sidecar replaces it.",
  private_address: "The user can list the address range under `allow_private` of the route.",
  blocked_address: "This address is never reached from a bottle.",
  unresolved: "Check the spelling of the host.",
  upstream_failed: UPSTREAM_HINT,
  upstream_certificate: "The user can add a root certificate with `egress.upstream.ca_file`.",
  upstream_timeout: UPSTREAM_HINT,
  credential_reflected: "The answer held the credential of this route and was not passed on.",
  too_large: "Send less at once.",
  overloaded: "Wait for other requests to end.",
};

/** @param reason one sentence that holds nothing but what the agent sent or the proxy's own words */
export function refuse(code: RefusalCode, reason: string, extra: { status?: number; rule?: string } = {}): Refusal {
  return createRefusal(code, { reason, hint: HINTS[code], ...extra });
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "outcome" in value && value.outcome === "refuse";
}
