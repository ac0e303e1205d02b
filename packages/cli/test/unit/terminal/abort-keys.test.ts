import { describe, expect, it } from "@jest/globals";
import { ABORT_HINT, AbortKeys } from "../../../src/terminal/abort-keys.ts";

const LEGACY = "\x1d";
const KITTY = "\x1b[93;5u";
const XTERM = "\x1b[27;5;93~";

/** Feeds inputs at these times. @returns what each came to */
function feed(inputs: readonly (readonly [text: string, atMs: number])[]): boolean[] {
  const keys = new AbortKeys();
  return inputs.map(([text, atMs]) => keys.feed(Buffer.from(text), atMs));
}

describe("three presses of Ctrl-] within a second", () => {
  it.each([
    ["byte", LEGACY],
    ["kitty", KITTY],
    ["kitty with num lock", "\x1b[93;133u"],
    ["kitty with caps lock", "\x1b[93;69u"],
    ["kitty with event type", "\x1b[93;5:1u"],
    ["kitty with alternate keys and text", "\x1b[93:125:93;5;93u"],
    ["kitty on a layout with the key elsewhere", "\x1b[43::93;5u"],
    ["modifyOtherKeys", XTERM],
  ])("are seen as %s", (_form, key) => {
    expect(feed([[key, 0], [key, 500], [key, 1000]])).toEqual([false, false, true]); // prettier-ignore
    expect(feed([[key.repeat(3), 0]])).toEqual([true]);
  });

  it.each([LEGACY, KITTY, XTERM])("are seen byte by byte: %j", (key) => {
    const bytes = Array.from(key.repeat(3)).map((byte) => [byte, 0] as const);
    const seen = feed(bytes);
    expect(seen.indexOf(true)).toBe(bytes.length - 1);
  });

  it("are seen in a mixture, with other input in between", () => {
    expect(feed([[LEGACY, 0], ["\x1b[<35;10;10M", 100], [`x${KITTY}y`, 200], [XTERM, 300]]).at(-1)).toBe(true); // prettier-ignore
  });

  it("are the last three that count", () => {
    expect(feed([[LEGACY, 0], [LEGACY, 900], [LEGACY, 1100], [LEGACY, 1200]])).toEqual([false, false, false, true]); // prettier-ignore
  });
});

describe("what does not end a session", () => {
  it.each([
    ["too slow", LEGACY, 501],
    ["Ctrl-C", "\x03", 0],
    ["the plain key", "]", 0],
    ["key releases", "\x1b[93;5:3u", 0],
    ["Ctrl-Alt-]", "\x1b[93;7u", 0],
    ["Ctrl-[", "\x1b[91;5u", 0],
    ["Ctrl-[ in xterm", "\x1b[27;5;91~", 0],
    ["Alt-] in xterm", "\x1b[27;3;93~", 0],
    ["a mouse report", "\x1b[<93;5;5M", 0],
  ])("%s", (_what, key, stepMs) => {
    const inputs = Array.from({ length: 3 }, (_, index) => [key, index * stepMs] as const);
    expect(feed(inputs)).toEqual([false, false, false]);
  });

  it("two presses, also when an escape follows", () => {
    expect(feed([[LEGACY + LEGACY, 0], ["\x1b[93;", 0], ["9u", 0], ["\x1b", 0], ["[", 0]])).not.toContain(true); // prettier-ignore
  });
});

it("is explained in one line", () => {
  expect(ABORT_HINT).toMatch(/^Ctrl-\] three times .*$/u);
});
