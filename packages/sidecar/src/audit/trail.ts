import { AuditChain, type AuditEntry, type AuditHead, type AuditPage } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { AuditSpool } from "./spool.ts";

/** Receives lines as they are written; throws nothing. */
export type AuditListener = (line: string) => void;

/**
 * The chain of this bottle: every line goes to the spool and to whoever listens, or to `fallback` while nobody does.
 * Lines that the spool let go unread are admitted by a `lost` record when the next reader comes.
 */
export class AuditTrail {
  readonly #chain: AuditChain;
  readonly #spool: AuditSpool;
  readonly #listeners = new Set<AuditListener>();
  readonly #fallback: AuditListener;
  /** records that some reader has had, or that a `lost` record admits */
  #accountedFor: number;
  #ended = false;

  constructor(head: AuditHead, fallback: AuditListener) {
    this.#chain = new AuditChain(head);
    this.#spool = new AuditSpool(head.count, LIMITS.spoolBytes);
    this.#accountedFor = head.count;
    this.#fallback = fallback;
  }

  get head(): AuditHead {
    return this.#chain.head;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Nothing is written after the end. */
  write(entry: AuditEntry): void {
    if (this.#ended) return;
    const line = this.#chain.append(entry, new Date());
    this.#spool.push(line);
    if (this.#listeners.size === 0) this.#fallback(line);
    else this.#accountedFor = this.head.count;
    for (const listener of this.#listeners) listener(line);
  }

  /** One page from a number on; `dropped` counts what the spool no longer has of what was asked for. */
  read(fromCount: number): AuditPage {
    this.#admitLoss();
    const lines = this.#spool.read(fromCount, LIMITS.pageBytes);
    const dropped = Math.max(0, Math.min(this.#spool.firstSeq, this.head.count) - fromCount);
    this.#accountedFor = Math.max(this.#accountedFor, fromCount + dropped + lines.length);
    return { lines, head: this.head, dropped };
  }

  /**
   * A page as `read` gives it; `listener` gets every line behind it, first those that are there already, once
   * `start` is called.
   */
  subscribe(fromCount: number, listener: AuditListener): { page: AuditPage; start: () => void; stop: () => void } {
    const page = this.read(fromCount);
    const start = (): void => {
      let next = fromCount + page.dropped + page.lines.length;
      while (next < this.head.count) {
        const lines = this.#spool.read(next, LIMITS.pageBytes);
        if (lines.length === 0) break;
        for (const line of lines) listener(line);
        next += lines.length;
      }
      this.#listeners.add(listener);
      this.#accountedFor = this.head.count;
    };
    return { page, start, stop: () => void this.#listeners.delete(listener) };
  }

  /** Writes the last record; a second call only reads. @returns what no reader has had yet */
  end(): AuditPage {
    const from = this.#accountedFor;
    if (!this.#ended) {
      this.#admitLoss();
      this.write({ type: "end", count: this.head.count });
      this.#ended = true;
    }
    return this.read(this.#listeners.size > 0 ? this.head.count : from);
  }

  #admitLoss(): void {
    const { firstSeq } = this.#spool;
    const count = firstSeq - this.#accountedFor;
    if (count <= 0 || this.#ended) return;
    const fromSeq = this.#accountedFor;
    this.#accountedFor = firstSeq;
    this.write({ type: "lost", fromSeq, count });
  }
}
