import type { RefusalCode } from "@bot-bottle/core";

export type UpstreamFailureCode = Extract<
  RefusalCode,
  "unresolved" | "upstream_failed" | "upstream_certificate" | "upstream_timeout" | "overloaded"
>;

/** Why an upstream could not be reached; the text is for the agent and holds no secret. */
export class UpstreamFailure extends Error {
  readonly code: UpstreamFailureCode;

  constructor(code: UpstreamFailureCode, reason: string) {
    super(reason);
    this.code = code;
  }
}
