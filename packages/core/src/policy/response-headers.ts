import { canonicalName, connectionOptions, isHopByHop } from "./header-names.ts";
import type { HeaderList } from "./request-match.ts";
import type { EgressRoute } from "./route.ts";

/** Invitations to reach the upstream by another way than this proxy. */
const OTHER_WAYS: ReadonlySet<string> = new Set(["alt-svc", "alternate-protocol"]);

/**
 * Removes from a response what must not reach the agent: hop-by-hop headers and those that `Connection` names, and
 * `Alt-Svc`. Where a credential was injected, cookies go too: a session that it opened is a credential of its own. The
 * `Upgrade` of an accepted WebSocket (status 101) is written anew by the sender.
 */
export function stripResponseHeaders(route: EgressRoute, headers: HeaderList): HeaderList {
  const named = connectionOptions(headers);
  return headers.filter(([name]) => {
    const canonical = canonicalName(name);
    if (isHopByHop(canonical) || named.has(canonical) || OTHER_WAYS.has(canonical)) return false;
    return route.auth === undefined || (canonical !== "set-cookie" && canonical !== "set-cookie2");
  });
}
