import { type EgressRoute, profileRoute, profileRules } from "@bot-bottle/core";
import { AUTH_KINDS } from "./auth-kinds.ts";
import type { ClaudeCredential } from "./credentials.ts";
import { API_HOST, PROFILE } from "./profile.ts";

const PROVIDER = "claude";

/** The one host that the program talks to, bound to what the profile needs, with the credential put on. */
export function apiRoute({ kind, secret }: ClaudeCredential): EgressRoute {
  const { scheme, header, placeholder } = AUTH_KINDS[kind];
  const auth = { ...(scheme === undefined ? {} : { scheme }), header, secret, placeholder, wildcard: false };
  return profileRoute(PROFILE, { provider: PROVIDER, host: API_HOST, auth });
}

export const providerRules = profileRules(PROVIDER, PROFILE);
