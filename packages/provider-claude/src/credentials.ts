import { BotBottleError, type ProviderInputs, type SecretRef, secretKey } from "@bot-bottle/core";
import { AUTH_KIND_NAMES, AUTH_KINDS, type AuthKind } from "./auth-kinds.ts";
import { hostCloudVariable } from "./other-clouds.ts";
import type { ClaudeSettings } from "./settings.ts";

/** The credential by reference, and how it goes out. */
export interface ClaudeCredential {
  readonly kind: AuthKind;
  readonly secret: SecretRef;
}

function kindByPrefix(value: string | undefined): AuthKind | undefined {
  return AUTH_KIND_NAMES.find((kind) => value?.startsWith(AUTH_KINDS[kind].prefix));
}

interface KindHints {
  /** what the setting says */
  readonly wanted: AuthKind | undefined;
  /** kind of a token that does not tell, when the setting says nothing */
  readonly fallback?: AuthKind;
  readonly from: string;
}

/** Kind of the token behind a reference. The value is only looked at for its first characters. */
function kindOf(secret: SecretRef, { wanted, fallback, from }: KindHints, inputs: ProviderInputs): AuthKind {
  const seen = kindByPrefix(inputs.peekSecret(secret)?.reveal());
  const key = secretKey(secret);
  if (seen !== undefined && wanted !== undefined && seen !== wanted) {
    throw new BotBottleError(
      "BB_CREDENTIALS_UNSUPPORTED",
      `${from}: the setting auth is ${wanted}, but ${key} holds an ${AUTH_KINDS[seen].title}.`,
      { hint: "Take the setting out, or name the other token." },
    );
  }
  const kind = seen ?? wanted ?? fallback;
  if (kind !== undefined) return kind;
  throw new BotBottleError(
    "BB_CREDENTIALS_UNSUPPORTED",
    secret.source === "prompt"
      ? `${from}: a token that is asked for at the start does not tell its kind beforehand.`
      : `${from}: ${key} begins neither with ${AUTH_KINDS.oauth.prefix} nor with ${AUTH_KINDS["api-key"].prefix}.`,
    { hint: `Set agent_provider.settings.auth to ${AUTH_KIND_NAMES.join(" or ")}.` },
  );
}

function fromHostEnv({ auth }: ClaudeSettings, inputs: ProviderInputs): ClaudeCredential {
  const kinds = auth === undefined ? AUTH_KIND_NAMES : [auth];
  for (const kind of kinds) {
    const secret: SecretRef = { source: "env", name: AUTH_KINDS[kind].variable };
    if (!inputs.hasHostEnv(secret.name)) continue;
    return { kind: kindOf(secret, { wanted: auth, fallback: kind, from: inputs.spec.provider.from }, inputs), secret };
  }
  const names = kinds.map((kind) => AUTH_KINDS[kind].variable);
  const cloud = hostCloudVariable(inputs.hasHostEnv);
  const also = cloud === undefined ? "" : ` ${cloud} is set, but other clouds are not supported.`;
  throw new BotBottleError(
    "BB_CREDENTIALS_MISSING",
    `Claude Code has no credential: ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} not set.${also}`,
    {
      hint: "Run `claude setup-token` and export its token as CLAUDE_CODE_OAUTH_TOKEN, or name one in agent_provider.auth_token.",
    },
  );
}

function fromHostLogin({ auth }: ClaudeSettings, from: string): ClaudeCredential {
  if (auth === "api-key") {
    throw new BotBottleError(
      "BB_CREDENTIALS_UNSUPPORTED",
      `${from}: the setting auth is api-key, but a login that is forwarded holds an ${AUTH_KINDS.oauth.title}.`,
      { hint: "Take one of the two out." },
    );
  }
  return { kind: "oauth", secret: { source: "host-login", name: "claude" } };
}

/**
 * Finds the credential: the host's login when it is to be forwarded, else the bottle's `auth_token`, else the first of the program's own variables that the host sets.
 * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`
 */
export function findCredential(settings: ClaudeSettings, inputs: ProviderInputs): ClaudeCredential {
  const { authToken, forwardHostCredentials, from } = inputs.spec.provider;
  if (forwardHostCredentials) return fromHostLogin(settings, from);
  if (authToken === undefined) return fromHostEnv(settings, inputs);
  return {
    kind: kindOf(authToken.ref, { wanted: settings.auth, from: authToken.from }, inputs),
    secret: authToken.ref,
  };
}
