const SHORT_RANGE = 24;

/** Collects output bytes in one growing block, which costs less than many small buffers. */
export class ByteSink {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param text characters below U+0100 */
  pushText(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.#length++] = text.charCodeAt(index);
  }

  pushByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  pushRange(source: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    this.#reserve(to - from);
    if (to - from > SHORT_RANGE) {
      this.#bytes.set(source.subarray(from, to), this.#length);
      this.#length += to - from;
    } else {
      for (let index = from; index < to; index++) this.#bytes[this.#length++] = source[index] ?? 0;
    }
  }

  /** Hands over a copy and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
