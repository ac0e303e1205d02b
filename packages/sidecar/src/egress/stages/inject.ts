import { type EgressRequest, type EgressRoute, foreignCredential, injectCredential, secretKey } from "@bot-bottle/core";
import type { HeaderPairs } from "../client-request.ts";
import type { SecretStore, Staged } from "../context.ts";
import { refuse } from "../refusals.ts";

/**
 * Sixth stage: puts the route's credential on. A request that brought another value than the placeholder in its place
 * is refused: somebody else's account is not what this route is for.
 */
export function inject(
  request: EgressRequest,
  stripped: HeaderPairs,
  route: EgressRoute,
  secrets: SecretStore,
): Staged<HeaderPairs> {
  if (!route.auth) return stripped;
  const foreign = foreignCredential(route, request.headers);
  if (foreign !== undefined) {
    return refuse("foreign_credential", `The header "${foreign}" holds another credential than this bottle's.`, {
      rule: route.id,
    });
  }
  const secret = secrets.get(secretKey(route.auth.secret));
  if (secret === undefined) {
    return refuse("upstream_failed", "The credential of this route is not there.", { rule: route.id });
  }
  try {
    return injectCredential(route, stripped, secret);
  } catch {
    return refuse("upstream_failed", "The credential of this route cannot stand in a header.", { rule: route.id });
  }
}
