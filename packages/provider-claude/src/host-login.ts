import { join } from "node:path";
import {
  BotBottleError,
  checkLoginExpiry,
  type HostLogin,
  type LoginFile,
  type LoginHost,
  readLoginFile,
  Secret,
  unusableLogin,
} from "@bot-bottle/core";
import { AUTH_KINDS } from "./auth-kinds.ts";

function loginFile({ userHome, env }: LoginHost): LoginFile {
  const { CLAUDE_CONFIG_DIR: own = "" } = env;
  const path = join(own === "" ? join(userHome, ".claude") : own, ".credentials.json");
  return { path, program: "Claude Code", loginCommand: "claude /login" };
}

/** What `claude /login` leaves of a subscription; an API key is kept elsewhere. */
function subscriptionOf(content: Readonly<Record<string, unknown>>, { path }: LoginFile): Record<string, unknown> {
  const { claudeAiOauth: login } = content;
  if (typeof login === "object" && login !== null) return login as Record<string, unknown>;
  throw new BotBottleError("BB_CREDENTIALS_UNSUPPORTED", `"${path}" holds no login of a Claude subscription.`, {
    hint: "Run `claude /login` with a subscription, or name an API key in agent_provider.auth_token.",
  });
}

/**
 * Claude Code's own login. Its access token is of the same kind as one of `claude setup-token`, so that the agent gets the
 * same placeholder, which has no end and nothing to renew it with.
 * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`, `BB_LOGIN_UNUSABLE`
 */
export function readClaudeLogin(host: LoginHost): HostLogin {
  const file = loginFile(host);
  const { accessToken, expiresAt } = subscriptionOf(readLoginFile(file), file);
  if (typeof accessToken !== "string" || !accessToken.startsWith(AUTH_KINDS.oauth.prefix)) {
    throw unusableLogin(file, "holds no access token");
  }
  if (typeof expiresAt !== "number" || !Number.isFinite(new Date(expiresAt).getTime())) {
    throw unusableLogin(file, "does not say when it ends");
  }
  const expires = new Date(expiresAt);
  checkLoginExpiry(file, expires);
  return { token: new Secret(accessToken), path: file.path, expires };
}
