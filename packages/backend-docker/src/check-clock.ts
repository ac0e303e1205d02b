import { BotBottleError, type Reporter } from "@bot-bottle/core";

const MAX_SKEW_MS = 12 * 3_600_000;
const NOTED_SKEW_MS = 60_000;

/**
 * Warns of an engine whose clock is another one than this machine's.
 * @param skewMs how far it is ahead
 * @throws BotBottleError `BB_LAUNCH` when certificates made here would not be valid there
 */
export function checkClock(skewMs: number, reporter: Reporter): void {
  const skew = Math.abs(skewMs);
  if (skew < NOTED_SKEW_MS) return;
  const hours = skew / 3_600_000;
  const amount = hours < 1 ? `${Math.round(skew / 60_000)} minutes` : `${Math.round(hours)} hours`;
  const message = `The engine's clock is ${amount} ${skewMs < 0 ? "behind" : "ahead of"} this machine's.`;
  const hint = "Set the clock of the one that is wrong; certificates made for the bottle depend on it.";
  if (skew > MAX_SKEW_MS) throw new BotBottleError("BB_LAUNCH", message, { hint });
  reporter.report({ type: "warning", message, hint });
}
