import { BotBottleError, type BottleSpec, nearest, refuseUnknownSettings } from "@bot-bottle/core";
import { AUTH_KIND_NAMES, type AuthKind, isAuthKind } from "./auth-kinds.ts";
import { unsupportedCloud } from "./other-clouds.ts";

/** The bottle's `agent_provider.settings` for this provider. */
export interface ClaudeSettings {
  /** kind of the token, where the token itself does not tell */
  readonly auth: AuthKind | undefined;
}

const KEYS = ["auth"];
/** Names of other clouds that somebody may try as a key or as a value of `auth`. */
const CLOUDS = ["bedrock", "vertex", "foundry"];

function quote(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : JSON.stringify(value);
}

/** @throws BotBottleError `BB_PROVIDER_SETTING`, `BB_CREDENTIALS_UNSUPPORTED` */
export function readSettings(spec: BottleSpec): ClaudeSettings {
  const { provider } = spec;
  const cloud = Object.keys(provider.settings).find((key) => CLOUDS.includes(key.toLowerCase()));
  if (cloud !== undefined) throw unsupportedCloud(provider.from, `the setting "${cloud}"`);
  refuseUnknownSettings(spec, "claude", KEYS);
  const auth = provider.settings["auth"];
  if (auth === undefined || isAuthKind(auth)) return { auth };
  if (typeof auth === "string" && CLOUDS.includes(auth.toLowerCase())) {
    throw unsupportedCloud(provider.from, `auth "${auth}"`);
  }
  const close = typeof auth === "string" ? nearest(auth, AUTH_KIND_NAMES) : undefined;
  throw new BotBottleError("BB_PROVIDER_SETTING", `${provider.from}: the setting auth cannot be ${quote(auth)}.`, {
    hint: close === undefined ? `Write one of: ${AUTH_KIND_NAMES.join(", ")}.` : `Did you mean "${close}"?`,
  });
}
