import type { EgressRoute, PathMatch, ProviderRule, RequestMatch, RouteAuth } from "../policy/route.ts";

/** Requests of a program to one host, and why they are in their list. */
export interface ProfileEntry {
  readonly host: string;
  /** upper case; empty means every method */
  readonly methods: readonly string[];
  /** empty means every path */
  readonly paths: readonly PathMatch[];
  readonly reason: string;
}

/** What a program sends, from its recorded trace, and what becomes of it. */
export interface ProviderProfile {
  /** what a session cannot do without; everything else on these hosts is closed */
  readonly needed: readonly ProfileEntry[];
  /** what the credential must not be used for, whether or not the program asks; the human is told */
  readonly refused: readonly ProfileEntry[];
  /** what the program does without: answered 404, and the human is not told */
  readonly quiet: readonly ProfileEntry[];
}

export const exactPaths = (...values: string[]): PathMatch[] => values.map((value) => ({ type: "exact", value }));
export const pathsBelow = (...values: string[]): PathMatch[] => values.map((value) => ({ type: "prefix", value }));

function toMatch({ paths, methods }: ProfileEntry, headers: RequestMatch["headers"] = []): RequestMatch {
  return { paths, methods, headers };
}

/** The refused and the quiet list as rules of the policy. */
export function profileRules(provider: string, { refused, quiet }: ProviderProfile): readonly ProviderRule[] {
  const toRules = (kind: ProviderRule["kind"], entries: readonly ProfileEntry[]): readonly ProviderRule[] =>
    entries.map((entry) => ({
      provider,
      kind,
      host: entry.host,
      matches: entry.paths.length + entry.methods.length === 0 ? [] : [toMatch(entry)],
      reason: entry.reason,
    }));
  return [...toRules("refused", refused), ...toRules("quiet", quiet)];
}

export interface ProfileRoute {
  readonly provider: string;
  readonly host: string;
  readonly auth: RouteAuth;
  /** headers that every request must bring, e.g. the account that the credential belongs to */
  readonly headers?: RequestMatch["headers"];
}

/** The route to a host of the profile, bound to what is needed there, with the credential put on. */
export function profileRoute(
  { needed }: ProviderProfile,
  { provider, host, auth, headers }: ProfileRoute,
): EgressRoute {
  return {
    id: `${host}:443`,
    host,
    port: 443,
    scheme: "https",
    from: `provider ${provider}`,
    provider,
    auth,
    agentCredentials: false,
    matches: needed.filter((entry) => entry.host === host).map((entry) => toMatch(entry, headers)),
    git: { fetch: false },
    websocket: false,
    allowPrivate: [],
  };
}
