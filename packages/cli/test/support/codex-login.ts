import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Installation } from "./installation.ts";

const ACCOUNT = "00000000-0000-4000-8000-000000000001";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as OpenAI's sign-in service makes them, signed by nobody. */
function token(claims: Readonly<Record<string, unknown>>, signature: string): string {
  return `${part({ alg: "none" })}.${part(claims)}.${signature}`;
}

export interface CodexTokens {
  readonly access: string;
  readonly refresh: string;
}

/** Tokens of a login that ends in an hour; `mark` makes them differ from others. */
export function codexTokens(mark: string): CodexTokens {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return { access: token({ exp, jti: mark }, `access-${mark}`), refresh: `refresh-${mark}` };
}

/** Writes the login that `codex login` leaves, as the program does when it renews it. */
export async function writeCodexLogin({ env }: Installation, { access, refresh }: CodexTokens): Promise<string> {
  const folder = join(env["HOME"] ?? "", ".codex");
  await mkdir(folder, { recursive: true });
  const claims = { chatgpt_account_id: ACCOUNT, chatgpt_plan_type: "plus" };
  const idToken = token({ email: "me@example.com", "https://api.openai.com/auth": claims }, "id");
  const tokens = { id_token: idToken, access_token: access, refresh_token: refresh, account_id: ACCOUNT };
  const path = join(folder, "auth.json");
  const content = { auth_mode: "chatgpt", OPENAI_API_KEY: null, tokens, last_refresh: new Date().toISOString() };
  await writeFile(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
