import { Writable } from "node:stream";
import { ESC, SO } from "./control-bytes.ts";
import { TerminalFilter } from "./terminal-filter.ts";

/** CAN first: ST alone would complete, and so carry out, a control string that was cut short. */
const RESET_BEFORE_RAW = "\x18\x1b\\";
/** Soft reset, modes that only unfiltered output can switch on, and the colours. */
const RESET_AFTER_RAW =
  "\x1b[!p" +
  [5, 9, 66, 67, 69, 1001, 1005, 1016, 2031, 2048, 9001].map((mode) => `\x1b[?${mode}l`).join("") +
  "\x1b[2l\x1b[20l" +
  [104, 110, 111, 112].map((command) => `\x1b]${command}\x1b\\`).join("");

/** Writes an agent's output to the human's terminal, filtered unless `raw`. Ending it does not end the terminal. */
export class FilteredOutput extends Writable {
  readonly #target: Writable;
  readonly #isRaw: boolean;
  readonly #filter = new TerminalFilter();
  #isClosed = false;
  #hasSequences = false;

  constructor(target: Writable, isRaw: boolean) {
    super();
    this.#target = target;
    this.#isRaw = isRaw;
  }

  /** whether anything but text has gone out, so that there may be something to bring back */
  get hasSequences(): boolean {
    return this.#hasSequences;
  }

  /** Resolves when what was written so far has gone out, or after `maxMs`. */
  async flushed(maxMs: number): Promise<void> {
    if (this.#isClosed || this.writableFinished || this.destroyed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, maxMs);
      if (this.writableEnded) this.once("finish", resolve);
      else
        this.write("", () => {
          resolve();
        });
    });
    clearTimeout(timer);
  }

  /** From here on nothing more of the agent is written. @returns the bytes that bring the terminal back */
  close(): string {
    this.#isClosed = true;
    const reset = this.#filter.modes.reset();
    return this.#isRaw ? RESET_BEFORE_RAW + reset + RESET_AFTER_RAW : reset;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Raw output goes through the filter too, for what it notes about modes.
    const filtered = this.#filter.feed(chunk);
    const bytes = this.#isRaw ? chunk : filtered;
    this.#hasSequences ||= bytes.includes(ESC) || bytes.includes(SO);
    if (this.#isClosed || bytes.length === 0) done();
    // A terminal that has gone away is not the agent's failure.
    else
      this.#target.write(bytes, () => {
        done();
      });
  }
}
