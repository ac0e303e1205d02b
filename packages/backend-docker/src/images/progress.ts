import { redactForDisplay, type Reporter } from "@bot-bottle/core";

const INTERVAL_MS = 100;
const MAX_LINE = 200;
const KEPT_LINES = 20;

/** Output of a long engine job: passed on a few times a second, and its end kept for an error. */
export class ProgressLines {
  readonly #reporter: Reporter;
  readonly #step: string;
  readonly #now: () => number;
  readonly #kept: string[] = [];
  #lastAt = -Infinity;
  #rest = "";
  /** the newest line, not reported yet */
  #held: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(reporter: Reporter, step: string, now: () => number = Date.now) {
    this.#reporter = reporter;
    this.#step = step;
    this.#now = now;
  }

  /** Adds output as it comes, in pieces of any size. */
  write(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(-MAX_LINE * 10);
    for (const line of lines) this.#line(line);
  }

  /** The job is over: a line that was held back is of no interest any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
  }

  /** The last lines, oldest first, with an unfinished one. */
  tail(): readonly string[] {
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
    return this.#kept;
  }

  #line(raw: string): void {
    // What a program overwrites with carriage returns is its progress bar: the last state counts.
    const text = redactForDisplay(raw.replace(/\r+$/, "").split("\r").pop()?.trimEnd() ?? "").slice(0, MAX_LINE);
    if (text === "") return;
    this.#kept.push(text);
    if (this.#kept.length > KEPT_LINES) this.#kept.shift();
    this.#held = text;
    const waitMs = this.#lastAt + INTERVAL_MS - this.#now();
    if (waitMs <= 0) this.#report();
    // The line before a long silence says what takes so long.
    else
      this.#timer ??= setTimeout(() => {
        this.#report();
      }, waitMs).unref();
  }

  #report(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held === undefined) return;
    this.#reporter.report({ type: "progress", step: this.#step, line: this.#held });
    this.#held = undefined;
    this.#lastAt = this.#now();
  }
}
