interface Count<T> {
  readonly facts: T;
  count: number;
  firstAt: string;
  lastAt: string;
}

/** What happened more than once between two flushes, and when. */
export type Counted<T> = T & { readonly count: number; readonly firstAt: string; readonly lastAt: string };

/**
 * Counts by key until the next flush, in a bounded number of keys: the rest is counted together under `others`, so
 * that nothing goes unsaid and nothing grows.
 */
export class CountedEvents<T extends object> {
  readonly #maxKeys: number;
  readonly #others: T;
  #counts = new Map<string, Count<T>>();

  constructor(maxKeys: number, others: T) {
    this.#maxKeys = maxKeys;
    this.#others = others;
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** Remembers a key without counting. @returns false when there is no room for it */
  open(key: string, facts: T): boolean {
    if (this.#counts.has(key)) return true;
    if (this.#counts.size >= this.#maxKeys) return false;
    this.#counts.set(key, { facts, count: 0, firstAt: "", lastAt: "" });
    return true;
  }

  add(key: string, facts: T): void {
    const known = this.open(key, facts) ? this.#counts.get(key) : this.#otherCount();
    if (!known) return;
    known.lastAt = new Date().toISOString();
    if (known.count === 0) known.firstAt = known.lastAt;
    known.count++;
  }

  /** Hands over what was counted and starts anew. Keys that were counted are kept, so that repeats stay repeats. */
  flush(write: (counted: Counted<T>) => void): void {
    const before = this.#counts;
    this.#counts = new Map();
    for (const [key, { facts, count, firstAt, lastAt }] of before) {
      if (count === 0) continue;
      write({ ...facts, count, firstAt, lastAt });
      if (key !== "") this.open(key, facts);
    }
  }

  #otherCount(): Count<T> {
    const known = this.#counts.get("");
    if (known) return known;
    const made: Count<T> = { facts: this.#others, count: 0, firstAt: "", lastAt: "" };
    this.#counts.set("", made);
    return made;
  }
}
