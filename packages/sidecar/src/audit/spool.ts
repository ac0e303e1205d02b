/** Audit lines in memory by their number, bounded in bytes; the oldest go first. */
export class AuditSpool {
  readonly #maxBytes: number;
  #lines: string[] = [];
  #firstSeq: number;
  #bytes = 0;
  #start = 0;

  constructor(firstSeq: number, maxBytes: number) {
    this.#firstSeq = firstSeq;
    this.#maxBytes = maxBytes;
  }

  /** Number of the oldest line that is still here. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  push(line: string): void {
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line);
    while (this.#bytes > this.#maxBytes && this.#lines.length - this.#start > 1) {
      this.#bytes -= Buffer.byteLength(this.#lines[this.#start] ?? "");
      this.#lines[this.#start] = "";
      this.#start++;
      this.#firstSeq++;
    }
    if (this.#start > 1024 && this.#start > this.#lines.length / 2) {
      this.#lines = this.#lines.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Lines from a number on, together at most `maxBytes` and at least one when there is one. */
  read(fromSeq: number, maxBytes: number): string[] {
    const page: string[] = [];
    let bytes = 0;
    for (let at = this.#start + Math.max(0, fromSeq - this.#firstSeq); at < this.#lines.length; at++) {
      const line = this.#lines[at] ?? "";
      bytes += Buffer.byteLength(line);
      if (page.length > 0 && bytes > maxBytes) break;
      page.push(line);
    }
    return page;
  }
}
