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
import { readClaims } from "./jwt.ts";

/** Claim under which OpenAI's tokens hold account and plan. */
export const CLAIMS = "https://api.openai.com/auth";

const ACCOUNT = /^[A-Za-z0-9_-]{1,128}$/;
const PLAN = /^[A-Za-z0-9_-]{1,64}$/;

/** A login with ChatGPT, and what of it the bottle's own login repeats. */
export interface CodexLogin extends HostLogin {
  readonly accountId: string;
  /** e.g. `plus`; the program asks for managed settings with some of them */
  readonly plan: string;
  readonly expires: Date;
}

function loginFile({ userHome, env }: LoginHost): LoginFile {
  const { CODEX_HOME: own = "" } = env;
  const path = join(own === "" ? join(userHome, ".codex") : own, "auth.json");
  return { path, program: "Codex", loginCommand: "codex login" };
}

/** The program's own rule: what it says it is, else a key wins over tokens. */
function refuseOtherKinds(content: Readonly<Record<string, unknown>>, { path }: LoginFile): void {
  const { auth_mode, OPENAI_API_KEY: key } = content;
  const mode = auth_mode ?? undefined;
  const isApiKey = mode === "apikey" || (mode === undefined && typeof key === "string" && key !== "");
  if (isApiKey) {
    throw new BotBottleError("BB_CREDENTIALS_UNSUPPORTED", `"${path}" holds an API key and no login with ChatGPT.`, {
      hint: "Name the key in agent_provider.auth_token in place of forward_host_credentials, or run `codex login`.",
    });
  }
  if (mode !== undefined && mode !== "chatgpt") {
    throw new BotBottleError("BB_CREDENTIALS_UNSUPPORTED", `"${path}" holds a login that is not one with ChatGPT.`, {
      hint: "Run `codex login`, or name an API key in agent_provider.auth_token.",
    });
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The end of an access token. */
function endOf(accessToken: string, file: LoginFile): Date {
  const { exp } = readClaims(accessToken) ?? {};
  const expires = new Date(typeof exp === "number" ? exp * 1000 : Number.NaN);
  if (Number.isNaN(expires.getTime())) throw unusableLogin(file, "does not say when it ends");
  return expires;
}

/**
 * Codex's own login with ChatGPT. Only its access token leaves this function; what renews it stays in the file.
 * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`, `BB_LOGIN_UNUSABLE`
 */
export function readCodexLogin(host: LoginHost): CodexLogin {
  const file = loginFile(host);
  const content = readLoginFile(file);
  refuseOtherKinds(content, file);
  const { access_token: accessToken, id_token: idToken, account_id: named } = asRecord(content["tokens"]);
  if (typeof accessToken !== "string" || accessToken === "") throw unusableLogin(file, "holds no access token");
  const identity = asRecord(readClaims(idToken)?.[CLAIMS]);
  const accountId = named ?? identity["chatgpt_account_id"];
  if (typeof accountId !== "string" || !ACCOUNT.test(accountId)) throw unusableLogin(file, "names no account");
  const plan = identity["chatgpt_plan_type"];
  if (typeof plan !== "string" || !PLAN.test(plan)) throw unusableLogin(file, "names no plan");
  const expires = endOf(accessToken, file);
  checkLoginExpiry(file, expires);
  return { token: new Secret(accessToken), path: file.path, expires, accountId, plan };
}
