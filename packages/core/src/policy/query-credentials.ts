import { type QueryKeyKind, queryKeyKind } from "./credential-carriers.ts";
import type { EgressRoute } from "./route.ts";

function decode(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The most telling meaning of a key as sent, decoded once and twice, and without `[]`. */
function kindOfPair(pair: string): QueryKeyKind | undefined {
  const [key = ""] = pair.split("=", 1);
  const once = decode(key);
  for (const reading of [key, once, decode(once)]) {
    const kind = queryKeyKind(reading.replace(/\[.*$/s, ""));
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/**
 * Removes from the query of a target what could carry a credential past the route's own: known keys in any encoding,
 * and keys that override the method. Signatures of presigned URLs stay where they only read (GET and HEAD on a route
 * that injects nothing): that is how release files and layers are fetched. With `agentCredentials` on a route that
 * injects nothing, only overrides go. The rest keeps its bytes and order.
 */
export function stripQueryCredentials(route: EgressRoute, method: string, target: string): string {
  const start = target.indexOf("?");
  if (start < 0) return target;
  const injects = route.auth !== undefined;
  const isRead = method === "GET" || method === "HEAD";
  const goes = (pair: string): boolean => {
    const kind = kindOfPair(pair);
    if (kind === undefined || kind === "override") return kind === "override";
    if (!injects && route.agentCredentials) return false;
    return kind === "credential" || injects || !isRead;
  };
  const pairs = target.slice(start + 1).split(/(?=[&;])/);
  const kept = pairs.filter((pair) => !goes(pair.replace(/^[&;]/, "")));
  if (kept.length === pairs.length) return target;
  const query = kept.join("").replace(/^[&;]/, "");
  return query === "" ? target.slice(0, start) : `${target.slice(0, start)}?${query}`;
}
