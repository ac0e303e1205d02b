import { PassThrough, type Readable, type Writable } from "node:stream";
import { BotBottleError, type Terminal } from "@bot-bottle/core";
import { AbortKeys } from "./abort-keys.ts";
import { FilteredOutput } from "./filtered-output.ts";
import { type SwallowLimits, swallowInput } from "./swallow-input.ts";

/** `process.stdin`, as far as it is needed. */
export interface TerminalInput extends Readable {
  readonly isRaw?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/** `process.stdout`, as far as it is needed. */
export interface TerminalOutput extends Writable {
  readonly columns?: number;
  readonly rows?: number;
}

/** `process`, as far as it is needed. */
export interface SignalSource {
  readonly pid: number;
  prependListener(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  kill(pid: number, signal: string): unknown;
}

export interface TerminalOptions {
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  /** true lets everything through that the agent sends */
  readonly raw: boolean;
  /** TERM is read from it */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ends the session when it aborts */
  readonly signal?: AbortSignal;
  /** default `process` */
  readonly process?: SignalSource;
  readonly lateInput?: SwallowLimits;
}

const STOP_SIGNALS = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];
const LATE_INPUT: SwallowLimits = { quietMs: 150, maxMs: 600 };
/** time in `ms` that a terminal gets to take the last output */
const MAX_FLUSH_MS = 1000;
/** input that the agent has not read; more is dropped rather than left unread, so that the abort keys are always seen */
const MAX_UNREAD_BYTES = 16 << 20;

/**
 * Lends the human's terminal to an agent while `use` runs: raw mode, output filtered unless `raw`. The terminal is given
 * back as it was, input that is still on its way swallowed, on return, error, abort, signal and process exit alike.
 * @throws BotBottleError `BB_ABORTED` when the human ended the session with the abort keys
 */
export async function withTerminal<T>(
  options: TerminalOptions,
  use: (terminal: Terminal, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await using session = new TerminalSession(options);
  try {
    return await use(session.terminal, session.signal);
  } catch (thrown) {
    session.throwIfAbortedByKeys();
    throw thrown;
  } finally {
    await session.flush();
  }
}

/** The terminal is an agent's from the constructor on until the first of `end`, an abort, a signal, process exit. */
export class TerminalSession implements AsyncDisposable {
  /** for `Bottle.attach` */
  readonly terminal: Terminal;
  /** aborts with the given signal, and when the human presses the abort keys */
  readonly signal: AbortSignal;
  readonly #stdin: TerminalInput;
  readonly #stdout: TerminalOutput;
  readonly #process: SignalSource;
  readonly #lateInput: SwallowLimits;
  readonly #wasRaw: boolean;
  readonly #input = new PassThrough();
  readonly #output: FilteredOutput;
  readonly #keys = new AbortKeys();
  readonly #keysPressed = new AbortController();
  readonly #undo: (() => void)[] = [];
  #isReset = false;
  #ending: Promise<void> | undefined;

  constructor({ stdin, stdout, raw, env, signal, lateInput = LATE_INPUT, process: source = process }: TerminalOptions) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#process = source;
    this.#lateInput = lateInput;
    this.#wasRaw = stdin.isRaw ?? false;
    this.#output = new FilteredOutput(stdout, raw);
    this.signal = AbortSignal.any([this.#keysPressed.signal, ...(signal === undefined ? [] : [signal])]);
    this.terminal = {
      input: this.#input,
      output: this.#output,
      size: () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }),
      onResize: (listener) => {
        stdout.on("resize", listener);
        return () => void stdout.off("resize", listener);
      },
      name: env["TERM"] ?? "xterm-256color",
    };
    this.#open();
  }

  /** Gives the terminal back; later calls wait for the first. Takes up to `lateInput.maxMs`. Never rejects. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** Waits until the agent's last output is on the terminal, for a bounded time. */
  async flush(): Promise<void> {
    await this.#output.flushed(MAX_FLUSH_MS);
  }

  throwIfAbortedByKeys(): void {
    this.#keysPressed.signal.throwIfAborted();
  }

  #open(): void {
    this.#stdin.setRawMode?.(true);
    const forward = (chunk: Buffer) => {
      this.#forward(chunk);
    };
    const endInput = () => void this.#input.end();
    const ignore = () => undefined;
    const end = () => void this.end();
    this.#stdin.on("data", forward).on("end", endInput).on("error", endInput);
    this.#stdout.on("error", ignore); // a terminal that has gone away; the writer is told through its callback
    this.signal.addEventListener("abort", end);
    this.#undo.push(() => {
      this.#stdin.off("data", forward).off("end", endInput).off("error", endInput);
      this.#stdout.off("error", ignore);
      this.signal.removeEventListener("abort", end);
    });
    this.#listen("exit", () => {
      this.#reset();
      this.#giveBack();
    });
    for (const name of STOP_SIGNALS) this.#listen(name, () => void this.#stopped(name));
    this.#stdin.resume();
    if (this.signal.aborted) end();
  }

  #forward(chunk: Buffer): void {
    if (this.#ending !== undefined) return;
    if (this.#input.readableLength + this.#input.writableLength < MAX_UNREAD_BYTES) this.#input.write(chunk);
    if (!this.#keys.feed(chunk, performance.now())) return;
    this.#keysPressed.abort(new BotBottleError("BB_ABORTED", "The session was ended with Ctrl-] pressed three times."));
  }

  /** Before other listeners of the event, of which those that listen once would otherwise be gone from the count. */
  #listen(event: string, listener: () => void): void {
    this.#process.prependListener(event, listener);
    this.#undo.push(() => void this.#process.off(event, listener));
  }

  /** Dies of the signal, as it would have without this session, unless someone else handles it. */
  async #stopped(name: string): Promise<void> {
    const isAlone = this.#process.listenerCount(name) === 1;
    await this.end();
    if (isAlone) this.#process.kill(this.#process.pid, name);
  }

  async #end(): Promise<void> {
    this.#reset();
    this.#input.end();
    if (this.#stdin.setRawMode !== undefined) await swallowInput(this.#stdin, this.#lateInput);
    this.#giveBack();
  }

  #reset(): void {
    if (this.#isReset) return;
    this.#isReset = true;
    this.#stdout.write(this.#output.close());
  }

  #giveBack(): void {
    for (const undo of this.#undo.splice(0)) undo();
    try {
      this.#stdin.setRawMode?.(this.#wasRaw);
    } catch {
      // the terminal has gone away
    }
    this.#stdin.pause();
  }
}
