import type { AuditedRequest, AuditEntry, Refusal } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { CountedEvents } from "./counted.ts";

type Facts = Pick<Extract<AuditEntry, { type: "refusals" }>, "code" | "host" | "rule" | "quiet">;

/**
 * Refusals as the trail keeps them: the first of a kind whole, its repeats counted, quiet ones only counted. A flood of
 * different ones is written whole up to a budget that refills slowly, so that it cannot rotate older evidence out.
 */
export class RefusalLog {
  readonly #write: (entry: AuditEntry) => void;
  readonly #repeats = new CountedEvents<Facts>(LIMITS.foldedKeys, { code: "any", host: "(other)", quiet: false });
  #budget: number = LIMITS.distinctRefusals;
  #refilledAt = Date.now();

  constructor(write: (entry: AuditEntry) => void) {
    this.#write = write;
  }

  /** @param request already redacted */
  add(request: AuditedRequest, { code, status, rule, quiet }: Refusal): void {
    const { host } = request;
    const key = JSON.stringify([code, host, rule ?? null, quiet]);
    const facts: Facts = { code, host, rule, quiet };
    if (quiet || this.#repeats.has(key) || !this.#spend()) {
      this.#repeats.add(key, facts);
      return;
    }
    this.#repeats.open(key, facts);
    this.#write({ type: "refusal", code, status, rule, ...request });
  }

  flush(): void {
    this.#repeats.flush((counted) => {
      this.#write({ type: "refusals", ...counted });
    });
  }

  #spend(): boolean {
    const refill = Math.floor((Date.now() - this.#refilledAt) / LIMITS.distinctRefusalRefillMs);
    if (refill > 0) {
      this.#budget = Math.min(LIMITS.distinctRefusals, this.#budget + refill);
      this.#refilledAt += refill * LIMITS.distinctRefusalRefillMs;
    }
    if (this.#budget === 0) return false;
    this.#budget--;
    return true;
  }
}
