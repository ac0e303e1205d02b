import { isCredentialHeader } from "./credential-carriers.ts";
import { canonicalName, connectionOptions, isHopByHop } from "./header-names.ts";
import type { HeaderList } from "./request-match.ts";
import type { EgressRoute, RouteAuth } from "./route.ts";

/** Headers by which a client can make a server see another method, path, host or client than was judged. */
const OVERRIDES: ReadonlySet<string> = new Set([
  "forwarded",
  "x-forwarded",
  "x-method-override",
  "x-real-ip",
  "x-client-ip",
  "client-ip",
  "true-client-ip",
  "x-cluster-client-ip",
  "cf-connecting-ip",
  "x-host",
]);
const OVERRIDE_PREFIXES = ["x-http-method", "x-original-", "x-rewrite-", "x-forwarded-"];
const UNSAFE_IN_HEADER = /[^\x20-\x7e]|^\s|\s$/;

const isOverride = (name: string): boolean =>
  OVERRIDES.has(name) || OVERRIDE_PREFIXES.some((prefix) => name.startsWith(prefix));

const hasToken = (value: string, token: string): boolean =>
  value.split(",").some((part) => part.trim().toLowerCase() === token);

/** Browsers cannot set headers on a WebSocket, so some services take a key as one of its subprotocols. */
const SUBPROTOCOL_CREDENTIAL = /(?:api-?key|bearer|token|authorization)[.=_-]/i;

function withoutSubprotocolCredentials(value: string): string {
  const kept = value.split(",").filter((protocol) => !SUBPROTOCOL_CREDENTIAL.test(protocol));
  return kept.join(",").trim();
}

/** True when the agent's own credentials pass: the route says so and has none to put on. */
const keepsAgentCredentials = (route: EgressRoute): boolean => route.agentCredentials && route.auth === undefined;

/**
 * Removes from a request what must not reach the upstream: hop-by-hop headers and those that `Connection` names,
 * override and forwarding headers, and every header that can carry a credential, unless the route lets the agent's own
 * pass. A route with `auth` never does: another credential beside the injected one would choose another account. A
 * WebSocket upgrade and `TE: trailers` are written anew. The framing headers are the sender's business.
 */
export function stripRequestHeaders(route: EgressRoute, headers: HeaderList): HeaderList {
  const named = connectionOptions(headers);
  const keepsCredentials = keepsAgentCredentials(route);
  const carrier = route.auth === undefined ? undefined : canonicalName(route.auth.header);
  const kept: HeaderList[number][] = [];
  let [isUpgrade, hasTrailers] = [false, false];
  for (const header of headers) {
    const [name, value] = header;
    const canonical = canonicalName(name);
    if (canonical === "upgrade") isUpgrade ||= route.websocket && hasToken(value, "websocket");
    if (canonical === "te") hasTrailers ||= hasToken(value, "trailers");
    if (isHopByHop(canonical) || isOverride(canonical) || canonical === carrier || named.has(canonical)) continue;
    if (keepsCredentials) kept.push(header);
    else if (canonical === "sec-websocket-protocol") {
      const protocols = withoutSubprotocolCredentials(value);
      if (protocols !== "") kept.push([name, protocols]);
    } else if (!isCredentialHeader(canonical)) kept.push(header);
  }
  if (isUpgrade) kept.push(["connection", "Upgrade"], ["upgrade", "websocket"]);
  if (hasTrailers) kept.push(["te", "trailers"]);
  return kept;
}

const basic = (text: string): string => Buffer.from(text, "utf8").toString("base64");

function headerValue({ scheme }: RouteAuth, text: string): string {
  if (scheme === undefined) return text;
  return `${scheme} ${scheme === "Basic" ? basic(text) : text}`;
}

/**
 * The header value that carries a secret; for Basic the secret is `user:password`.
 * @throws TypeError, without the value, when the secret is empty or no header can carry it; a line end at the end counts
 */
export function credentialHeaderValue(auth: RouteAuth, secret: string): string {
  const value = headerValue(auth, secret);
  if (secret === "" || UNSAFE_IN_HEADER.test(value)) {
    throw new TypeError(
      `the secret for the header ${JSON.stringify(auth.header)} is empty or cannot stand in a header`,
    );
  }
  return value;
}

/** True when the route's credential may travel: over TLS, and on a wildcard only where the user accepted that. */
function mayInject(route: EgressRoute, auth: RouteAuth): boolean {
  return route.scheme === "https" && (auth.wildcard || !route.host.startsWith("*."));
}

/**
 * Puts the route's credential on stripped headers, in place of any header of that name. Without `auth`, on cleartext,
 * and on a wildcard host that the user did not accept, the headers come back without one.
 * @throws TypeError as {@link credentialHeaderValue} does
 */
export function injectCredential(route: EgressRoute, headers: HeaderList, secret: string): HeaderList {
  const { auth } = route;
  if (auth === undefined) return headers;
  const others = headers.filter(([name]) => canonicalName(name) !== canonicalName(auth.header));
  return mayInject(route, auth) ? [...others, [auth.header, credentialHeaderValue(auth, secret)]] : others;
}

/**
 * The header in which an agent sends something else than the launch's placeholder; undefined when all is well. Only the
 * placeholder itself, in exactly the form and header of its route, passes; the scheme's letters may be of either case.
 */
export function foreignCredential(route: EgressRoute, headers: HeaderList): string | undefined {
  const { auth } = route;
  if (auth?.placeholder === undefined) return undefined;
  const expected = headerValue(auth, auth.placeholder);
  const schemeLength = auth.scheme === undefined ? 0 : auth.scheme.length;
  const isPlaceholder = (value: string): boolean =>
    value.slice(0, schemeLength).toLowerCase() === expected.slice(0, schemeLength).toLowerCase() &&
    value.slice(schemeLength) === expected.slice(schemeLength);
  const carrier = canonicalName(auth.header);
  const foreign = headers.find(
    ([name, value]) => canonicalName(name) === carrier && (name !== auth.header || !isPlaceholder(value)),
  );
  return foreign?.[0];
}
