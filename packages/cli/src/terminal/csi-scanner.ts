const MAX_PARAMETERS = 32;
const MAX_DIGITS = 4;
const COLON = 0x3a;
const SEMICOLON = 0x3b;

/** What a scan came to. An overlong sequence is `malformed`, so an `incomplete` one has 161 bytes at most. */
export type CsiStatus = "complete" | "incomplete" | "malformed";

/**
 * Reads the body of one control sequence after its introducer (ECMA-48, 5.4): private marker, parameters, at most one
 * intermediate byte, final byte. One scanner is reused, so that a stream of sequences allocates nothing.
 */
export class CsiScanner {
  status: CsiStatus = "incomplete";
  /** one of `<=>?`, or 0 */
  prefix = 0;
  /** byte 0x20–0x2F, or 0 */
  intermediate = 0;
  final = 0;
  /** number of parameters and subparameters */
  count = 0;
  hasColon = false;
  readonly #values = new Int16Array(MAX_PARAMETERS);

  /** Value of one parameter; 0 when it is absent or empty, as in ECMA-48. */
  value(index: number): number {
    return index < this.count ? (this.#values[index] ?? 0) : 0;
  }

  /** @returns the index after the final byte, or of the byte that made the sequence malformed */
  scan(bytes: Uint8Array, at: number, end: number): number {
    let index = at;
    this.#clear();
    const first = index < end ? (bytes[index] ?? 0) : 0;
    if (first >= 0x3c && first <= 0x3f) {
      this.prefix = first;
      index++;
    }
    let digits = 0;
    let value = 0;
    for (; index < end; index++) {
      const byte = bytes[index] ?? 0;
      if (byte >= 0x30 && byte <= SEMICOLON) {
        if (this.intermediate !== 0) return this.#stop("malformed", index);
        if (this.count === 0) this.count = 1;
        if (byte < COLON) {
          if (++digits > MAX_DIGITS) return this.#stop("malformed", index);
          value = value * 10 + byte - 0x30;
          this.#values[this.count - 1] = value;
        } else {
          if (this.count === MAX_PARAMETERS) return this.#stop("malformed", index);
          this.hasColon ||= byte === COLON;
          this.#values[this.count++] = digits = value = 0;
        }
      } else if (byte >= 0x40 && byte <= 0x7e) {
        this.final = byte;
        return this.#stop("complete", index + 1);
      } else if (byte >= 0x20 && byte <= 0x2f && this.intermediate === 0) {
        this.intermediate = byte;
      } else {
        return this.#stop("malformed", index);
      }
    }
    return this.#stop("incomplete", index);
  }

  #clear(): void {
    this.prefix = this.intermediate = this.final = this.count = 0;
    this.#values[0] = 0;
    this.hasColon = false;
  }

  #stop(status: CsiStatus, index: number): number {
    this.status = status;
    return index;
  }
}
