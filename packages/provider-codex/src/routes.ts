import { type EgressRoute, profileRoute, profileRules } from "@bot-bottle/core";
import type { CodexCredential } from "./credentials.ts";
import { PLACEHOLDER } from "./guest.ts";
import { API_HOST, LOGIN_HOST, PROFILE } from "./profile.ts";

const PROVIDER = "codex";
/** Names the account on every request of a login; the same token may open several. */
const ACCOUNT_HEADER = "chatgpt-account-id";

/** The one host that a credential of this kind goes to, for the login's own account; the other one is not open at all. */
export function apiRoute(credential: CodexCredential): EgressRoute {
  const { secret } = credential;
  const auth = {
    scheme: "Bearer",
    header: "authorization",
    secret,
    placeholder: PLACEHOLDER,
    wildcard: false,
  } as const;
  if (credential.kind === "api-key") return profileRoute(PROFILE, { provider: PROVIDER, host: API_HOST, auth });
  const headers = [{ name: ACCOUNT_HEADER, value: credential.login.accountId }];
  return profileRoute(PROFILE, { provider: PROVIDER, host: LOGIN_HOST, auth, headers });
}

export const providerRules = profileRules(PROVIDER, PROFILE);
