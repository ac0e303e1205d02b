const PRESSES = 3;
const WITHIN_MS = 1000;
const MAX_TAIL = 32;
const CLOSING_BRACKET = 93;
const CONTROL = 4;
/** caps lock and num lock, which the kitty protocol counts as modifiers */
const LOCKS = 64 | 128;
const RELEASE = "3";

/**
 * Ctrl-] as terminals send it: the byte 1D; `CSI 93 ; 5 u` under the kitty keyboard protocol, with alternate keys,
 * event type and text; `CSI 27 ; 5 ; 93 ~` under xterm's modifyOtherKeys.
 */
const KEY = new RegExp(
  "\\x1d" +
    "|\\x1b\\[(?<keys>\\d{1,7}(?::\\d{0,7}){0,2});(?<kittyModifiers>\\d{1,3})(?::(?<event>\\d))?(?:;[\\d:]*)?u" +
    "|\\x1b\\[27;(?<xtermModifiers>\\d{1,3});93~",
  "g",
);
const UNFINISHED = /\x1b(?:\[[\d;:]*)?$/u; // eslint-disable-line no-control-regex

/** What a user reads before the terminal is handed over. */
export const ABORT_HINT = "Ctrl-] three times within a second ends the session";

/**
 * Watches what the human types for the way out of a terminal that the agent owns: Ctrl-] three times within a second,
 * as in systemd's `machinectl shell`. Other input between the presses does not matter, for mouse reports come in between.
 */
export class AbortKeys {
  #tail = "";
  #presses: number[] = [];

  /** @param nowMs a clock that never goes back @returns true once the third press has come */
  feed(chunk: Uint8Array, nowMs: number): boolean {
    const text = this.#tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    this.#tail = (UNFINISHED.exec(text)?.[0] ?? "").slice(0, MAX_TAIL);
    for (const { groups = {} } of text.matchAll(KEY)) {
      if (isPress(groups)) this.#presses.push(nowMs);
    }
    this.#presses = this.#presses.slice(-PRESSES);
    const [first] = this.#presses;
    return first !== undefined && this.#presses.length === PRESSES && nowMs - first <= WITHIN_MS;
  }
}

/** @param groups none of them for the plain byte */
function isPress(groups: Record<string, string | undefined>): boolean {
  const { keys, event, kittyModifiers, xtermModifiers } = groups;
  const modifiers = kittyModifiers ?? xtermModifiers;
  if (modifiers !== undefined && ((Number(modifiers) - 1) & ~LOCKS) !== CONTROL) return false;
  return event !== RELEASE && (keys === undefined || keys.split(":").map(Number).includes(CLOSING_BRACKET));
}
