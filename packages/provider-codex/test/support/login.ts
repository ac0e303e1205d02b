import { Secret } from "@bot-bottle/core";
import { CLAIMS, type CodexLogin } from "../../src/host-login.ts";
import { ACCOUNT } from "./classify.ts";

/** What must be nowhere but in the sidecar, or nowhere at all. */
export const MAIL = "somebody@host.example";
export const REFRESH = "refresh-of-this-machine-77aa";

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token in the form of the program's own; nobody ever verifies it. @param signature tells tokens apart */
export function makeToken(claims: Readonly<Record<string, unknown>>, signature = "of-this-machine"): string {
  return `${base64url({ alg: "RS256" })}.${base64url(claims)}.signature-${signature}`;
}

export const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

export interface LoginOptions {
  /** seconds from now to the end of the access token */
  readonly endsIn?: number;
  readonly plan?: string;
}

export interface LoginTokens {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly account_id: string;
}

export interface LoginContent {
  readonly auth_mode: string;
  readonly OPENAI_API_KEY: string | null;
  readonly tokens: LoginTokens;
  readonly last_refresh: string;
}

/** What `codex login` leaves on a machine. */
export function loginContent({ endsIn = 3_600, plan = "plus" }: LoginOptions = {}): LoginContent {
  const identity = { chatgpt_account_id: ACCOUNT, chatgpt_plan_type: plan, chatgpt_user_id: "user-of-this-machine" };
  return {
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens: {
      id_token: makeToken({ email: MAIL, exp: seconds(3_600), [CLAIMS]: identity }, "id"),
      access_token: makeToken({ exp: seconds(endsIn), scp: ["openid"] }, "access"),
      refresh_token: REFRESH,
      account_id: ACCOUNT,
    },
    last_refresh: new Date().toISOString(),
  };
}

/** The same as it is read, and also where no launch would take it. */
export function loginOf({ endsIn = 3_600, plan = "plus" }: LoginOptions = {}): CodexLogin {
  return {
    token: new Secret("token-of-this-machine"),
    path: "/nonexistent",
    expires: new Date(seconds(endsIn) * 1000),
    accountId: ACCOUNT,
    plan,
  };
}
