/** Where a pattern was found: bytes `start` to `end` of what was searched. */
export interface Finding {
  readonly pattern: number;
  readonly start: number;
  readonly end: number;
}

const NONE = -1;

/**
 * Aho-Corasick over bytes: finds any of many patterns in one pass, whatever their number. State 0 is the start; the
 * depth of a state is the number of latest bytes that may still become a match.
 */
export class PatternAutomaton {
  /** Bytes that occur in no pattern share class 0. */
  readonly #classOf = new Uint8Array(256);
  /** state behind a first byte */
  readonly #first = new Uint32Array(256);
  readonly #classes: number;
  readonly #next: Uint32Array;
  readonly #depth: Uint16Array;
  /** index of the longest pattern that ends in a state */
  readonly #found: Int32Array;
  readonly #lengths: readonly number[];

  constructor(patterns: readonly Buffer[]) {
    const used = [...new Set(patterns.flatMap((pattern) => [...pattern]))];
    // With all 256 byte values in use there is no room for a shared class; the first byte then stands in class 0 alone.
    const offset = used.length < 256 ? 1 : 0;
    used.forEach((byte, index) => (this.#classOf[byte] = index + offset));
    this.#classes = used.length + offset;
    this.#lengths = patterns.map(({ length }) => length);

    const capacity = 1 + this.#lengths.reduce((sum, length) => sum + length, 0);
    this.#next = new Uint32Array(capacity * this.#classes);
    this.#depth = new Uint16Array(capacity);
    this.#found = new Int32Array(capacity).fill(NONE);
    this.#insertAll(patterns);
    this.#linkFailures();
    for (let byte = 0; byte < 256; byte++) this.#first[byte] = this.step(0, byte);
  }

  step(state: number, byte: number): number {
    return this.#next[state * this.#classes + (this.#classOf[byte] ?? 0)] ?? 0;
  }

  depthOf(state: number): number {
    return this.#depth[state] ?? 0;
  }

  isMatch(state: number): boolean {
    return this.#found[state] !== NONE;
  }

  /** First state that is a match and where, or the state after all bytes. */
  scan(bytes: Uint8Array, from: number): { readonly state: number; readonly matchEnd: number | undefined } {
    const next = this.#next;
    const classOf = this.#classOf;
    const found = this.#found;
    const first = this.#first;
    const classes = this.#classes;
    const { length } = bytes;
    let state = from;
    for (let at = 0; at < length; at++) {
      // Most bytes begin nothing: one look-up for them.
      if (state === 0) state = first[bytes[at] ?? 0] ?? 0;
      else state = next[state * classes + (classOf[bytes[at] ?? 0] ?? 0)] ?? 0;
      if (state !== 0 && found[state] !== NONE) return { state, matchEnd: at + 1 };
    }
    return { state, matchEnd: undefined };
  }

  /** Every place where a pattern ends, the longest pattern of each place. */
  findAll(bytes: Uint8Array): Finding[] {
    const findings: Finding[] = [];
    let state = 0;
    for (let at = 0; at < bytes.length; at++) {
      state = this.step(state, bytes[at] ?? 0);
      const pattern = this.#found[state] ?? NONE;
      if (pattern === NONE) continue;
      findings.push({ pattern, start: at + 1 - (this.#lengths[pattern] ?? 0), end: at + 1 });
    }
    return findings;
  }

  #insertAll(patterns: readonly Buffer[]): void {
    let states = 1;
    patterns.forEach((pattern, index) => {
      let state = 0;
      for (const byte of pattern) {
        const slot = state * this.#classes + (this.#classOf[byte] ?? 0);
        let target = this.#next[slot] ?? 0;
        if (target === 0) {
          target = states++;
          this.#next[slot] = target;
          this.#depth[target] = (this.#depth[state] ?? 0) + 1;
        }
        state = target;
      }
      if (state !== 0) this.#found[state] = index;
    });
  }

  /** Breadth first: missing transitions become those of the longest proper suffix. */
  #linkFailures(): void {
    const classes = this.#classes;
    const failure = new Uint32Array(this.#depth.length);
    const queue: number[] = [];
    for (let c = 0; c < classes; c++) {
      const child = this.#next[c] ?? 0;
      if (child !== 0) queue.push(child);
    }
    for (const state of queue) {
      const fallback = failure[state] ?? 0;
      if (this.#found[state] === NONE) this.#found[state] = this.#found[fallback] ?? NONE;
      for (let c = 0; c < classes; c++) {
        const slot = state * classes + c;
        const child = this.#next[slot] ?? 0;
        const viaFallback = this.#next[fallback * classes + c] ?? 0;
        if (child === 0) {
          this.#next[slot] = viaFallback;
        } else {
          failure[child] = viaFallback;
          queue.push(child);
        }
      }
    }
  }
}
