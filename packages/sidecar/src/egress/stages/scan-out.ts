import type { EgressRequest, EgressRoute, Refusal } from "@bot-bottle/core";

/**
 * Fourth stage, the seam of outbound scanning: sees the request whole and as sent, after policy and before anything is
 * stripped. It finds nothing yet; a detector returns its refusal here, and wraps the body in `forward`.
 */
export function scanOut(_request: EgressRequest, _route: EgressRoute): Refusal | undefined {
  return undefined;
}
