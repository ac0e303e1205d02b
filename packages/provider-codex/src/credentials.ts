import { BotBottleError, type ProviderInputs, type SecretRef, secretKey } from "@bot-bottle/core";
import { type CodexLogin, readCodexLogin } from "./host-login.ts";
import { readClaims } from "./jwt.ts";

/** The credential by reference, and how it goes out. */
export type CodexCredential =
  | { readonly kind: "api-key"; readonly secret: SecretRef }
  | { readonly kind: "login"; readonly secret: SecretRef; readonly login: CodexLogin };

/** The program's own variables, in the order in which they are looked at. */
const KEY_VARIABLES = ["CODEX_API_KEY", "OPENAI_API_KEY"];

/** Variables that would carry a credential into the bottle, or send one elsewhere. */
export const CREDENTIAL_VARIABLES = [
  ...KEY_VARIABLES,
  "CODEX_ACCESS_TOKEN",
  "CODEX_CONNECTORS_TOKEN",
  "CODEX_GUARDIAN_DECISIONS_API_KEY",
  "CODEX_REFRESH_TOKEN_URL_OVERRIDE",
];

/** Refuses what is plainly no API key of OpenAI. The value is only looked at, and never shown. */
function checkKey(secret: SecretRef, from: string, inputs: ProviderInputs): void {
  const value = inputs.peekSecret(secret)?.reveal();
  if (value === undefined) return;
  const isToken = readClaims(value) !== undefined;
  if (!isToken && !value.startsWith("sk-ant-")) return;
  throw new BotBottleError(
    "BB_CREDENTIALS_UNSUPPORTED",
    `${from}: ${secretKey(secret)} holds ${isToken ? "a token of a login" : "a key of another vendor"}, not an API key of OpenAI.`,
    { hint: "A login is forwarded with `forward_host_credentials: true` in place of `auth_token`." },
  );
}

/**
 * Finds the credential: the host's login when it is to be forwarded, the bottle's `auth_token`, else the first of the
 * program's own variables that the host sets.
 * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`, `BB_LOGIN_UNUSABLE`
 */
export function findCredential(inputs: ProviderInputs): CodexCredential {
  const { authToken, forwardHostCredentials, from } = inputs.spec.provider;
  if (forwardHostCredentials) {
    const login = readCodexLogin(inputs.loginHost);
    return { kind: "login", secret: { source: "host-login", name: "codex" }, login };
  }
  const variable = KEY_VARIABLES.find((name) => inputs.hasHostEnv(name));
  const secret: SecretRef | undefined =
    authToken?.ref ?? (variable === undefined ? undefined : { source: "env", name: variable });
  if (secret === undefined) {
    throw new BotBottleError(
      "BB_CREDENTIALS_MISSING",
      `Codex has no credential: ${KEY_VARIABLES.join(" and ")} are not set.`,
      {
        hint: "Set `forward_host_credentials: true` under agent_provider to use the login of `codex login`, or name an API key in auth_token.",
      },
    );
  }
  checkKey(secret, authToken?.from ?? from, inputs);
  return { kind: "api-key", secret };
}
