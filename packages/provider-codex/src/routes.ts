import { type EgressRoute, profileRoute, profileRules } from "@bot-bottle/core";
import type { CodexCredential } from "./credentials.ts";
import { PLACEHOLDER } from "./guest.ts";
import { API_HOST, LOGIN_HOST, PROFILE } from "./profile.ts";

const PROVIDER = "codex";

/** The one host that a credential of this kind goes to; the other one is not open at all. */
export function apiRoute({ kind, secret }: Pick<CodexCredential, "kind" | "secret">): EgressRoute {
  const auth = {
    scheme: "Bearer",
    header: "authorization",
    secret,
    placeholder: PLACEHOLDER,
    wildcard: false,
  } as const;
  return profileRoute(PROFILE, { provider: PROVIDER, host: kind === "login" ? LOGIN_HOST : API_HOST, auth });
}

export const providerRules = profileRules(PROVIDER, PROFILE);
