import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { SidecarClient } from "./sidecar-client.ts";

interface Limits {
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
}

/**
 * Waits for work that cannot be stopped, but no longer than until `stop`.
 * @param onLate gets the result that comes after that
 */
export async function orStop<T>(work: Promise<T>, stop: AbortSignal, onLate: (result: T) => void): Promise<T> {
  let giveUp: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = () => {
      reject(stop.reason as Error);
      work.then(onLate, () => undefined);
    };
  });
  if (stop.aborted) giveUp();
  stop.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    stop.removeEventListener("abort", giveUp);
  }
}

/**
 * One exchange with a sidecar. Its time limit and `stop` end it by closing the channel; so does its failure.
 * @throws BotBottleError `BB_SIDECAR`; the reason of `stop`
 */
export async function within<T>(client: SidecarClient, limits: Limits, exchange: () => Promise<T>): Promise<T> {
  const { timeoutMs, stop } = limits;
  const timedOut = new AbortController();
  const close = (): void => {
    client.close();
  };
  const timer = setTimeout(() => {
    timedOut.abort();
    close();
  }, timeoutMs);
  stop.addEventListener("abort", close, { once: true });
  try {
    stop.throwIfAborted();
    return await exchange();
  } catch (error) {
    close();
    stop.throwIfAborted();
    if (!timedOut.signal.aborted) throw error;
    throw new BotBottleError("BB_SIDECAR", `The sidecar did not answer within ${timeoutMs / 1000} s.`, {
      hint: "Run `bot-bottle doctor`.",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", close);
  }
}
