import type { Refusal, RefusalCode } from "./decision.ts";

const FORBIDDEN = 403;

/** HTTP status of each refusal. */
export const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  host_not_declared: FORBIDDEN,
  ip_literal: FORBIDDEN,
  invalid_host: 400,
  invalid_request: 400,
  authority_mismatch: 421,
  method_not_allowed: 405,
  ambiguous_path: FORBIDDEN,
  no_match: FORBIDDEN,
  git_push: FORBIDDEN,
  git_fetch: FORBIDDEN,
  provider_refused: FORBIDDEN,
  provider_quiet: 404,
  foreign_credential: FORBIDDEN,
  websocket_refused: 426,
  private_address: FORBIDDEN,
  blocked_address: FORBIDDEN,
  unresolved: 502,
  upstream_failed: 502,
  upstream_certificate: 502,
  upstream_timeout: 504,
  credential_reflected: 502,
  too_large: 413,
  overloaded: 503,
};

const ASK =
  "Ask the user to add the lines of manifest_snippet under `egress:` of the bottle, or go on without this request.";
const NO_ACCESS = "No manifest line allows this; go on without it.";

export interface RefusalDetails {
  /** one sentence, without values that the agent did not send */
  readonly reason: string;
  readonly rule?: string | undefined;
  /** what the agent can do; derived from the snippet when absent */
  readonly hint?: string | undefined;
  readonly manifestSnippet?: string | undefined;
  /** lines before the last one, which is the reason */
  readonly explanation?: readonly string[] | undefined;
  /** answer with this status in place of the code's own */
  readonly status?: number | undefined;
}

/** Makes a refusal; its status follows from the code, and only `provider_quiet` is quiet. */
export function createRefusal(code: RefusalCode, details: RefusalDetails): Refusal {
  return {
    outcome: "refuse",
    code,
    status: details.status ?? REFUSAL_STATUS[code],
    reason: details.reason,
    ...(details.rule === undefined ? {} : { rule: details.rule }),
    hint: details.hint ?? (details.manifestSnippet === undefined ? NO_ACCESS : ASK),
    ...(details.manifestSnippet === undefined ? {} : { manifestSnippet: details.manifestSnippet }),
    quiet: code === "provider_quiet",
    explanation: [...(details.explanation ?? []), details.reason],
  };
}

/** A WebSocket that policy refuses is answered 426 whatever the reason: agent programs fall back at once only then. */
export function websocketStatus(facts: { readonly isWebSocket: boolean }): Pick<RefusalDetails, "status"> {
  return facts.isWebSocket ? { status: REFUSAL_STATUS.websocket_refused } : {};
}
