import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";

/** Refuses a manifest that asks for a plane whose runtime this version does not have. Defaults never ask. */
export function refuseUnavailable(spec: BottleSpec): void {
  const [first] = spec.unavailable;
  if (first === undefined) return;
  const others = spec.unavailable.slice(1).map(({ key, from }) => `${from}: ${key}`);
  throw new BotBottleError("BB_NOT_AVAILABLE", `${first.from}: this version cannot do "${first.key}" yet.`, {
    hint: ["Take the key out of the manifest.", ...(others.length === 0 ? [] : [`Also: ${others.join("; ")}`])].join(
      "\n",
    ),
  });
}
