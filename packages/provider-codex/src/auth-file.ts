import type { GuestFile } from "@bot-bottle/core";
import type { CodexCredential } from "./credentials.ts";
import { CODEX_HOME, PLACEHOLDER } from "./guest.ts";
import { CLAIMS, type CodexLogin } from "./host-login.ts";

/** The program renews a login whose last renewal is eight days old; the host does that, and the bottle never. */
const NEVER_OLD = "2099-01-01T00:00:00Z";

/**
 * What the program reads account, plan and end of the login from. It looks at the middle part only; the blank in front
 * keeps that from beginning as a signed token's does, so that no scanner takes it for one.
 */
function identity({ accountId, plan, expires }: CodexLogin): string {
  const claims = { chatgpt_account_id: accountId, chatgpt_plan_type: plan };
  const payload = ` ${JSON.stringify({ exp: Math.floor(expires.getTime() / 1000), [CLAIMS]: claims })}`;
  return `bot-bottle.${Buffer.from(payload).toString("base64url")}.placeholder`;
}

function content(credential: CodexCredential): object {
  if (credential.kind === "api-key") return { auth_mode: "apikey", OPENAI_API_KEY: PLACEHOLDER };
  const { login } = credential;
  return {
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens: {
      id_token: identity(login),
      access_token: PLACEHOLDER,
      refresh_token: "",
      account_id: login.accountId,
    },
    last_refresh: NEVER_OLD,
  };
}

/** The program's login in the bottle: the account's shape and end are the real ones, the tokens are none. */
export function authFile(credential: CodexCredential): GuestFile {
  const text = `${JSON.stringify(content(credential), undefined, 2)}\n`;
  return { path: `${CODEX_HOME}/auth.json`, mode: 0o600, content: text };
}
