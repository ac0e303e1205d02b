import { Transform, type TransformCallback } from "node:stream";
import type { PatternAutomaton } from "./automaton.ts";

/** A pattern came along; the stream ends here and no byte of it was passed on. */
export class PatternFound extends Error {}

/**
 * Passes bytes on and stops with `PatternFound` at the first match, however it is split over chunks. Holds back exactly
 * the bytes that may still become a match, so everything else goes on at once.
 */
export class StreamScanner extends Transform {
  readonly #automaton: PatternAutomaton;
  #state = 0;
  #held: Buffer[] = [];
  #heldSize = 0;

  constructor(automaton: PatternAutomaton) {
    super();
    this.#automaton = automaton;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { state, matchEnd } = this.#automaton.scan(chunk, this.#state);
    if (matchEnd !== undefined) {
      this.#pass(this.#heldSize + matchEnd - this.#automaton.depthOf(state), chunk);
      this.#held = [];
      done(new PatternFound("a value that must not come back was found"));
      return;
    }
    this.#state = state;
    this.#pass(this.#heldSize + chunk.length - this.#automaton.depthOf(state), chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    for (const part of this.#held) this.push(part);
    this.#held = [];
    done();
  }

  /** Passes on the first `count` of the held bytes and `chunk`, and holds the rest. */
  #pass(count: number, chunk: Buffer): void {
    const parts = [...this.#held, chunk];
    this.#held = [];
    this.#heldSize = 0;
    let left = count;
    for (const part of parts) {
      const now = Math.min(left, part.length);
      if (now > 0) this.push(now === part.length ? part : part.subarray(0, now));
      left -= now;
      if (now < part.length) {
        this.#held.push(part.subarray(now));
        this.#heldSize += part.length - now;
      }
    }
  }
}
