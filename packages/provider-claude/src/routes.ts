import type { EgressRoute, ProviderRule, RequestMatch } from "@bot-bottle/core";
import { AUTH_KINDS } from "./auth-kinds.ts";
import type { ClaudeCredential } from "./credentials.ts";
import { API_HOST, NEEDED, type ProfileEntry, QUIET, REFUSED } from "./profile.ts";

const PROVIDER = "claude";

function toMatch({ paths, methods }: ProfileEntry): RequestMatch {
  return { paths, methods, headers: [] };
}

function toRule(kind: ProviderRule["kind"]): (entry: ProfileEntry) => ProviderRule {
  return (entry) => ({
    provider: PROVIDER,
    kind,
    host: entry.host,
    matches: entry.paths.length + entry.methods.length === 0 ? [] : [toMatch(entry)],
    reason: entry.reason,
  });
}

/** The one host that the program talks to, bound to what the profile needs, with the credential put on. */
export function apiRoute({ kind, secret }: ClaudeCredential): EgressRoute {
  const { scheme, header, placeholder } = AUTH_KINDS[kind];
  return {
    id: `${API_HOST}:443`,
    host: API_HOST,
    port: 443,
    scheme: "https",
    from: `provider ${PROVIDER}`,
    provider: PROVIDER,
    auth: { ...(scheme === undefined ? {} : { scheme }), header, secret, placeholder, wildcard: false },
    agentCredentials: false,
    matches: NEEDED.map(toMatch),
    git: { fetch: false },
    websocket: false,
    allowPrivate: [],
  };
}

export const providerRules: readonly ProviderRule[] = [
  ...REFUSED.map(toRule("refused")),
  ...QUIET.map(toRule("quiet")),
];
