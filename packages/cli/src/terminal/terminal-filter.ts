import { ByteSink } from "./byte-sink.ts";
import { BEL, CAN, DEL, ESC, PLAIN_BYTES, ST, SUB } from "./control-bytes.ts";
import { decideCsi, type Verdict } from "./csi-rules.ts";
import { CsiScanner } from "./csi-scanner.ts";
import { decideEscape } from "./escape-rules.ts";
import { TerminalModes } from "./terminal-modes.ts";
import { scanUtf8 } from "./utf8.ts";

/**
 * `ground` text · `escape` after ESC · `osc` and `string` inside a dropped control string · `skipCsi` and `skipEscape`
 * inside a dropped sequence, up to its final byte
 */
type State = "ground" | "escape" | "osc" | "string" | "skipCsi" | "skipEscape";

const CSI_INTRODUCER = 0x5b;
const OSC_INTRODUCER = 0x5d;
/** DCS, SOS, PM, APC as the byte after ESC */
const STRING_INTRODUCERS: readonly number[] = [0x50, 0x58, 0x5e, 0x5f];
const REPLACEMENT = "\xef\xbf\xbd";
const NOTHING = new Uint8Array(0);

/**
 * Lets through what a program needs to draw on a terminal and nothing that reaches past the screen: an allowlist over
 * ECMA-48 and xterm's control sequences. What comes out is well-formed UTF-8 with 7-bit controls only, the same however
 * the input is cut into chunks. Memory is bounded: at most one sequence of 128 bytes is held until it is whole, dropped
 * strings are not kept at all. The parser follows Paul Williams' DEC state machine (vt100.net/emu/dec_ansi_parser).
 */
export class TerminalFilter {
  /** what the passed bytes have changed in the terminal */
  readonly modes = new TerminalModes();
  readonly #csi = new CsiScanner();
  readonly #sink = new ByteSink();
  #state: State = "ground";
  #bytes: Uint8Array = NOTHING;
  #end = 0;
  /** where the bytes begin that pass unchanged and are not in the sink yet */
  #run = 0;
  /** where the ESC of the sequence in hand stands; -1 when it is not in these bytes as such */
  #sequence = -1;
  #held: Uint8Array = NOTHING;
  /** where continuation bytes still belong to an ill-formed character and are no C1 controls; -1 for nowhere */
  #brokenAt = -1;

  /** @returns the bytes for the terminal; may share memory with `chunk` */
  feed(chunk: Uint8Array): Uint8Array {
    this.#bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    this.#end = this.#bytes.length;
    this.#run = 0;
    this.#sequence = -1;
    let at = 0;
    while (at < this.#end) at = this.#step(at);
    return this.#finish();
  }

  #finish(): Uint8Array {
    const bytes = this.#bytes;
    this.#brokenAt = this.#brokenAt === this.#end ? 0 : -1;
    const stop = this.#state === "ground" ? this.#end : this.#sequence >= 0 ? this.#sequence : this.#run;
    this.#bytes = NOTHING;
    if (this.#sink.length === 0) return bytes.subarray(this.#run, stop);
    this.#sink.pushRange(bytes, this.#run, stop);
    return this.#sink.take();
  }

  #step(at: number): number {
    switch (this.#state) {
      case "ground":
        return this.#ground(at);
      case "escape":
        return this.#escape(at);
      case "osc":
      case "string":
        return this.#string(at);
      case "skipCsi":
        return this.#skip(at, 0x40);
      case "skipEscape":
        return this.#skip(at, 0x30);
    }
  }

  #ground(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let index = at;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (PLAIN_BYTES[byte] === 1) {
        index++;
      } else if (byte === ESC) {
        return this.#beginEscape(index);
      } else if (byte <= DEL) {
        this.#cut(index, ++index);
      } else {
        const length = scanUtf8(bytes, index, end);
        if (length === 0) return this.#hold(index);
        const second = bytes[index + 1] ?? 0;
        if (length === 2 && byte === 0xc2 && second < 0xa0) return this.#c1(second, index, index + 2);
        if (length === -1 && byte < 0xa0 && index !== this.#brokenAt) return this.#c1(byte, index, index + 1);
        index += Math.abs(length);
        if (length < 0) {
          this.#cut(index + length, index);
          this.#sink.pushText(REPLACEMENT);
          this.#brokenAt = index;
        }
      }
    }
    return index;
  }

  /** A C1 control, raw or as UTF-8, is ESC and a byte 0x40 lower (ECMA-48 5.3). */
  #c1(control: number, at: number, next: number): number {
    this.#cut(at, next);
    this.#sequence = -1;
    return this.#introduce(control - 0x40, next);
  }

  #beginEscape(at: number): number {
    this.#state = "escape";
    this.#sequence = at;
    return at + 1;
  }

  #escape(at: number): number {
    const byte = this.#bytes[at] ?? 0;
    if (byte === ESC) {
      this.#cutSequence(at);
      return this.#beginEscape(at);
    }
    if (byte > DEL || byte === CAN || byte === SUB) {
      this.#cutSequence(at);
      this.#state = "ground";
      return at;
    }
    if (byte >= 0x20 && byte !== DEL) return this.#introduce(byte, at + 1);
    // A control within a sequence is carried out at once; the sequence goes on behind it.
    this.#cutSequence(at + 1);
    if (PLAIN_BYTES[byte] === 1) this.#sink.pushByte(byte);
    return at + 1;
  }

  /** @param byte what follows ESC @param next the index behind it */
  #introduce(byte: number, next: number): number {
    if (byte === CSI_INTRODUCER) return this.#controlSequence(next);
    if (byte === OSC_INTRODUCER || STRING_INTRODUCERS.includes(byte)) {
      this.#cutSequence(next);
      this.#state = byte === OSC_INTRODUCER ? "osc" : "string";
      return next;
    }
    if (byte >= 0x30) return this.#apply(decideEscape(String.fromCharCode(byte), this.modes), byte, next, next);
    if (next === this.#end) return this.#holdSequence(byte, next);
    const final = this.#bytes[next] ?? 0;
    if (final < 0x30 || final >= DEL) return this.#startSkip("skipEscape", next);
    const verdict = decideEscape(String.fromCharCode(byte, final), this.modes);
    return this.#apply(verdict, byte, next, next + 1);
  }

  #controlSequence(next: number): number {
    const stop = this.#csi.scan(this.#bytes, next, this.#end);
    if (this.#csi.status === "complete")
      return this.#apply(decideCsi(this.#csi, this.modes), CSI_INTRODUCER, next, stop);
    if (this.#csi.status === "incomplete") return this.#holdSequence(CSI_INTRODUCER, next);
    return this.#startSkip("skipCsi", stop);
  }

  /** Ends the sequence ESC, `introducer`, bytes from `body` to `next`. */
  #apply(verdict: Verdict, introducer: number, body: number, next: number): number {
    const isUnchanged = verdict === true && this.#sequence >= 0;
    if (!isUnchanged) this.#cutSequence(next);
    if (typeof verdict === "string") this.#sink.pushText(verdict);
    else if (verdict && !isUnchanged) {
      this.#sink.pushByte(ESC);
      this.#sink.pushByte(introducer);
      this.#sink.pushRange(this.#bytes, body, next);
    }
    this.#state = "ground";
    this.#sequence = -1;
    return next;
  }

  #startSkip(state: State, at: number): number {
    this.#cutSequence(at);
    this.#state = state;
    return at;
  }

  #skip(at: number, firstFinal: number): number {
    const byte = this.#bytes[at] ?? 0;
    this.#run = byte > DEL || byte === ESC ? at : at + 1;
    if (byte === ESC) return this.#beginEscape(at);
    if (byte === CAN || byte === SUB || byte > DEL || (byte >= firstFinal && byte !== DEL)) this.#state = "ground";
    else if (byte < 0x20 && PLAIN_BYTES[byte] === 1) this.#sink.pushByte(byte);
    return this.#run;
  }

  /** Drops a control string up to its terminator; UTF-8 inside may hold a byte that looks like an 8-bit one. */
  #string(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let index = at;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (byte >= 0x20 && byte <= DEL) {
        index++;
        continue;
      }
      if (byte === ESC) {
        this.#run = index;
        return this.#beginEscape(index);
      }
      const length = byte > DEL ? scanUtf8(bytes, index, end) : 1;
      if (length === 0) {
        this.#run = index;
        return this.#hold(index);
      }
      const isTerminator =
        byte === CAN ||
        byte === SUB ||
        (byte === BEL && this.#state === "osc") ||
        (byte === ST && length === -1) ||
        (byte === 0xc2 && length === 2 && bytes[index + 1] === ST);
      index += Math.abs(length);
      if (isTerminator) {
        this.#state = "ground";
        break;
      }
    }
    this.#run = index;
    return index;
  }

  /** Sends the run up to `from` and goes on at `to`. */
  #cut(from: number, to: number): void {
    this.#sink.pushRange(this.#bytes, this.#run, from);
    this.#run = to;
  }

  #cutSequence(to: number): void {
    this.#cut(this.#sequence >= 0 ? this.#sequence : this.#run, to);
    this.#sequence = -1;
  }

  /** Keeps an unfinished character for the next chunk. */
  #hold(from: number): number {
    this.#held = this.#bytes.slice(from, this.#end);
    this.#cut(from, this.#end);
    return this.#end;
  }

  #holdSequence(introducer: number, from: number): number {
    this.#held = Uint8Array.from([introducer, ...this.#bytes.subarray(from, this.#end)]);
    this.#cutSequence(this.#end);
    this.#state = "escape";
    return this.#end;
  }
}
