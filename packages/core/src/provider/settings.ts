import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { nearest } from "../errors/nearest.ts";

/** @throws BotBottleError `BB_PROVIDER_SETTING` for a key of `agent_provider.settings` that the provider does not have */
export function refuseUnknownSettings({ provider }: BottleSpec, name: string, keys: readonly string[]): void {
  const unknown = Object.keys(provider.settings).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  const close = nearest(unknown, keys);
  const has = keys.length === 0 ? "It has none." : `It has: ${keys.join(", ")}.`;
  throw new BotBottleError(
    "BB_PROVIDER_SETTING",
    `${provider.from}: the provider ${name} has no setting "${unknown}".`,
    {
      hint: close === undefined ? has : `Did you mean "${close}"?`,
    },
  );
}
