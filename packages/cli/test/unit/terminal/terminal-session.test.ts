import { EventEmitter } from "node:events";
import { PassThrough, type Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { BotBottleError } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { type TerminalOptions, TerminalSession, withTerminal } from "../../../src/terminal/terminal-session.ts";

class FakeStdin extends PassThrough {
  isRaw = false;
  readonly rawModes: boolean[] = [];
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    this.rawModes.push(isRaw);
    return this;
  }
}

class FakeStdout extends Writable {
  columns = 120;
  rows = 40;
  text = "";
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("latin1");
    done();
  }
}

class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly killed: string[] = [];
  kill(pid: number, signal: string): void {
    this.killed.push(`${pid} ${signal}`);
  }
}

function setUp(options: Partial<TerminalOptions> = {}) {
  const stdin = new FakeStdin();
  const stdout = new FakeStdout();
  const fakeProcess = new FakeProcess();
  const lateInput = { quietMs: 20, maxMs: 100 };
  const all = { stdin, stdout, raw: false, env: { TERM: "xterm" }, process: fakeProcess, lateInput, ...options };
  return { stdin, stdout, process: fakeProcess, options: all, open: () => new TerminalSession(all) };
}

const unreadBytes = (input: Readable & { readonly writableLength?: number }) =>
  input.readableLength + (input.writableLength ?? 0);
const press = (stdin: FakeStdin) => stdin.write("\x1d\x1d\x1d");

describe("TerminalSession", () => {
  it("is raw while it lasts and leaves no trace", async () => {
    const { stdin, stdout, process, open } = setUp();
    const session = open();
    expect(stdin.isRaw).toBe(true);
    await session.end();
    expect(stdin.rawModes).toEqual([true, false]);
    expect(stdin.isPaused()).toBe(true);
    expect(process.eventNames()).toEqual([]);
    expect(stdin.listenerCount("data")).toBe(0);
    expect(stdout.listenerCount("error")).toBe(0);
  });

  it("leaves a terminal raw that was raw before", async () => {
    const { stdin, open } = setUp();
    stdin.isRaw = true;
    await open().end();
    expect(stdin.isRaw).toBe(true);
  });

  it("passes input on, and what is filtered of the output", async () => {
    const { stdin, stdout, open } = setUp();
    await using session = open();
    stdin.write("typed");
    await delay(1);
    expect(String(session.terminal.input.read())).toBe("typed");
    session.terminal.output.write("a\x1b]52;c;QQ==\x07b");
    expect(stdout.text).toBe("ab");
  });

  it("passes everything with raw, and undoes more at the end", async () => {
    const { stdout, open } = setUp({ raw: true });
    const session = open();
    session.terminal.output.write("a\x1b]52;c;QQ==\x07\x1b[?1049h\x1b]0;half");
    expect(stdout.text).toBe("a\x1b]52;c;QQ==\x07\x1b[?1049h\x1b]0;half");
    await session.end();
    const end = stdout.text.slice(stdout.text.indexOf("half") + 4);
    expect(end.startsWith("\x18\x1b\\")).toBe(true);
    for (const text of ["\x1b[?1049l", "\x1b[!p", "\x1b[?2031l", "\x1b]104\x1b\\"]) expect(end).toContain(text);
  });

  it("writes nothing of the agent after the reset, not even when it goes on", async () => {
    const { stdout, open } = setUp();
    const session = open();
    const ending = session.end();
    const { text } = stdout;
    session.terminal.output.write("\x1b[?1049hlate");
    await ending;
    session.terminal.output.end("later");
    await delay(1);
    expect(stdout.text).toBe(text);
    expect(stdout.writableEnded).toBe(false);
  });

  it("resets once however often it is ended", async () => {
    const { stdin, stdout, process, open } = setUp();
    const session = open();
    await Promise.all([session.end(), session.end()]);
    const { text } = stdout;
    await session.end();
    process.emit("exit");
    expect(stdout.text).toBe(text);
    expect(stdin.rawModes).toEqual([true, false]);
  });

  it("swallows input that comes after the end, in raw mode, and closes the agent's", async () => {
    const { stdin, open } = setUp();
    const session = open();
    const got: string[] = [];
    session.terminal.input.on("data", (chunk: Buffer) => got.push(String(chunk)));
    const ending = session.end();
    stdin.write("\x1b[?62c");
    await delay(5);
    expect(stdin.isRaw).toBe(true);
    await ending;
    expect(got).toEqual([]);
    expect(stdin.read()).toBeNull();
    expect(session.terminal.input.readableEnded).toBe(true);
  });

  it("tells the size and its changes", async () => {
    const { stdout, open } = setUp();
    await using session = open();
    const sizes: number[] = [];
    const stop = session.terminal.onResize(() => sizes.push(session.terminal.size().columns));
    stdout.columns = 100;
    stdout.emit("resize");
    stop();
    stdout.emit("resize");
    expect(sizes).toEqual([100]);
    expect(session.terminal).toMatchObject({ name: "xterm" });
  });

  it("sees the abort keys though the agent reads nothing", async () => {
    const { stdin, open } = setUp();
    const session = open();
    for (let count = 0; count < 40; count++) {
      stdin.write(Buffer.alloc(1 << 20, "x"));
      await delay(0);
    }
    press(stdin);
    await delay(1);
    expect(session.signal.aborted).toBe(true);
    expect(unreadBytes(session.terminal.input)).toBeLessThanOrEqual(17 << 20);
    await session.end();
  });

  it("ends at once when the given signal aborts, also before it began", async () => {
    const later = new AbortController();
    const first = setUp({ signal: later.signal });
    const session = first.open();
    later.abort();
    expect(first.stdout.text).toContain("\x1b[?1003l");
    await session.end();
    const second = setUp({ signal: AbortSignal.abort() });
    await second.open().end();
    expect(second.stdin.rawModes).toEqual([true, false]);
  });

  it("gives the terminal back at once when the process exits", () => {
    const { stdin, stdout, process, open } = setUp();
    open();
    process.emit("exit");
    expect(stdout.text).toContain("\x1b[?1003l");
    expect(stdin.isRaw).toBe(false);
  });

  it("dies of a signal that nobody else handles", async () => {
    const { stdin, process, open } = setUp();
    const session = open();
    process.emit("SIGTERM");
    await session.end();
    await delay(1);
    expect(stdin.isRaw).toBe(false);
    expect(process.killed).toEqual(["4711 SIGTERM"]);
  });

  it("leaves a signal to the one who handles it, be it once", async () => {
    const { stdin, process, options } = setUp();
    process.once("SIGINT", () => undefined);
    const session = new TerminalSession(options);
    process.emit("SIGINT");
    await session.end();
    await delay(1);
    expect(stdin.isRaw).toBe(false);
    expect(process.killed).toEqual([]);
  });

  it("survives a terminal that goes away", async () => {
    const { stdin, stdout, open } = setUp();
    const session = open();
    stdout._write = (_chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void) => {
      done(new Error("EIO"));
    };
    session.terminal.output.write("text");
    stdin.setRawMode = () => {
      throw new Error("EIO");
    };
    await session.end();
    expect(session.terminal.output.errored).toBeNull();
  });
});

describe("withTerminal", () => {
  it("writes the last output of the agent before the reset, be the terminal slow", async () => {
    const { stdout, options } = setUp();
    const write = stdout._write.bind(stdout);
    stdout._write = (chunk: Buffer, encoding: BufferEncoding, done: () => void) => {
      setTimeout(() => {
        write(chunk, encoding, done);
      }, 20);
    };
    await withTerminal(options, (terminal) => {
      for (const text of ["one ", "two ", "three"]) terminal.output.write(text);
      return Promise.resolve();
    });
    await delay(40);
    expect(stdout.text).toMatch(/^one two three\x1b/u); // eslint-disable-line no-control-regex
  });

  it("returns what was done on it", async () => {
    const { stdin, options } = setUp();
    const result = await withTerminal(options, (terminal) => Promise.resolve(terminal.size().rows));
    expect(result).toBe(40);
    expect(stdin.isRaw).toBe(false);
  });

  it("gives the terminal back before it throws on", async () => {
    const { stdin, stdout, options } = setUp();
    await expect(withTerminal(options, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(stdin.isRaw).toBe(false);
    expect(stdout.text).toContain("\x1b[?25h");
  });

  it("says that the human ended it, whatever the work makes of that", async () => {
    const { stdin, options } = setUp();
    const running = withTerminal(options, async (_terminal, signal) => {
      press(stdin);
      while (!signal.aborted) await delay(1);
      throw new Error("the connection broke");
    });
    const thrown: unknown = await running.catch((error: unknown) => error);
    expect(BotBottleError.is(thrown) && thrown.code).toBe("BB_ABORTED");
  });
});
