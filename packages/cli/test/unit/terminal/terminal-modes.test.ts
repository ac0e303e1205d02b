import { describe, expect, it } from "@jest/globals";
import { TerminalFilter } from "../../../src/terminal/terminal-filter.ts";

/** The reset after a program has printed this. */
function resetAfter(output: string): string {
  const filter = new TerminalFilter();
  filter.feed(Buffer.from(output));
  return filter.modes.reset();
}

describe("the reset at the end", () => {
  it("always turns off what a shell never wants on, and nothing that moves its cursor", () => {
    const reset = resetAfter("plain");
    for (const mode of [1000, 1002, 1003, 1004, 1006, 1015, 2004, 2026, 1]) expect(reset).toContain(`\x1b[?${mode}l`);
    for (const text of ["\x1b[?25h", "\x1b[?7h", "\x1b[m", "\x1b(B", "\x0f", "\x1b>", "\x1b[4l"])
      expect(reset).toContain(text);
    for (const text of ["1049", "1047", "?47", "\x1b[r", " q", "u", ">4m"]) expect(reset).not.toContain(text);
  });

  it.each([
    ["alternate screen", "\x1b[?1049h", "\x1b[?1049l"],
    ["alternate screen, old", "\x1b[?47h", "\x1b[?47l"],
    ["alternate screen, older", "\x1b[?1047h", "\x1b[?1047l"],
    ["one of many modes", "\x1b[?2004;1049;25h", "\x1b[?1049l"],
    ["wheel", "\x1b[?1007h", "\x1b[?1007l"],
    ["blink", "\x1b[?12h", "\x1b[?12l"],
    ["scroll region", "\x1b[2;5r", "\x1b7\x1b[r\x1b8"],
    ["cursor style", "\x1b[5 q", "\x1b[0 q"],
    ["modifyOtherKeys", "\x1b[>4;2m", "\x1b[>4m"],
    ["kitty keyboard", "\x1b[>1u", "\x1b[<1u"],
    ["kitty keyboard, twice", "\x1b[>1u\x1b[>7u", "\x1b[<2u"],
    ["a mode in 8-bit form, split", "\u009b?1049h", "\x1b[?1049l"],
  ])("undoes what was on: %s", (_what, output, undo) => {
    expect(resetAfter(output)).toContain(undo);
    expect(resetAfter("")).not.toContain(undo);
  });

  it.each([
    ["alternate screen", "\x1b[?1049h\x1b[?1049l", "1049"],
    ["kitty keyboard", "\x1b[>1u\x1b[<u", "u"],
    ["a dropped push", "\x1b[>99u", "u"],
  ])("leaves alone what the program undid: %s", (_what, output, absent) => {
    expect(resetAfter(output)).not.toContain(absent);
  });

  it("empties the keyboard stack of each screen on that screen", () => {
    const reset = resetAfter("\x1b[>7u\x1b[?1049h\x1b[>7u\x1b[>1u");
    expect(reset.indexOf("\x1b[<2u")).toBeGreaterThan(-1);
    expect(reset.indexOf("\x1b[<2u")).toBeLessThan(reset.indexOf("\x1b[?1049l"));
    expect(reset.indexOf("\x1b[?1049l")).toBeLessThan(reset.indexOf("\x1b[<1u"));
  });

  it("forgets", () => {
    const filter = new TerminalFilter();
    filter.feed(Buffer.from("\x1b[?1049h\x1b[>1u"));
    expect(filter.modes.reset()).toContain("1049");
    expect(filter.modes.reset()).not.toMatch(/1049|u/u);
  });
});
