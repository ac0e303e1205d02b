import { describe, expect, it } from "@jest/globals";
import { TerminalFilter } from "../../../src/terminal/terminal-filter.ts";
import { ATTACKS } from "./attacks.ts";
import { feedAll, feedText } from "./feed.ts";
import { findForbidden } from "./oracle.ts";
import { PASSED } from "./passed-sequences.ts";

const FULL_RESET = "full reset";
const attacks = ATTACKS.filter(({ name }) => name !== FULL_RESET);

describe("what passes", () => {
  it.each(PASSED)("%s", (_who, text) => {
    expect(feedText(text)).toBe(text);
    expect(findForbidden(Buffer.from(text))).toBeUndefined();
  });

  it("costs no copy where nothing is dropped", () => {
    const chunk = Buffer.from("text \x1b[31mred\x1b[0m\r\n");
    expect(feedAll([chunk])).toEqual(chunk);
    expect(new TerminalFilter().feed(chunk).buffer).toBe(chunk.buffer);
  });
});

describe("what does not pass", () => {
  it.each(attacks)("$name", ({ input, output }) => {
    expect(feedText(input)).toBe(output);
  });

  it.each(attacks)("$name, in two pieces and byte by byte", ({ input, output }) => {
    const bytes = Buffer.from(input);
    const step = Math.max(1, Math.floor(bytes.length / 400));
    for (let at = 0; at <= bytes.length; at += step) {
      expect(feedAll([bytes.subarray(0, at), bytes.subarray(at)]).toString("utf8")).toBe(output);
    }
    const single = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
    expect(feedAll(single).toString("utf8")).toBe(output);
  });

  it("replaces a full reset by one that touches the screen only, and forgets what was on", () => {
    const filter = new TerminalFilter();
    const output = feedAll([Buffer.from("a\x1b[?1049h\x1b[5 q\x1bcb")], filter).toString("utf8");
    expect(output).not.toContain("\x1bc");
    expect(output).toContain("\x1b[?1049l");
    expect(output.endsWith("\x1b[!p\x1b[H\x1b[2Jb")).toBe(true);
    expect(findForbidden(Buffer.from(output))).toBeUndefined();
    expect(filter.modes.reset()).not.toContain("1049");
  });
});

describe("what is held back", () => {
  it("never printable text", () => {
    const filter = new TerminalFilter();
    expect(feedAll([Buffer.from("text")], filter).toString()).toBe("text");
    expect(feedAll([Buffer.from("more\x1b[3")], filter).toString()).toBe("more");
    expect(feedAll([Buffer.from("1mred")], filter).toString()).toBe("\x1b[31mred");
    expect(feedAll([Buffer.from("é".repeat(2)).subarray(0, 3)], filter).toString()).toBe("é");
    expect(feedAll([Buffer.from("é").subarray(1)], filter).toString()).toBe("é");
  });

  it("no more than one sequence, and nothing of a dropped string", () => {
    const filter = new TerminalFilter();
    filter.feed(Buffer.from("\x1b]52;c;"));
    const chunk = Buffer.alloc(1 << 16, "A");
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 1600; count++) expect(filter.feed(chunk)).toHaveLength(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
    expect(feedAll([Buffer.from("\x07after")], filter).toString()).toBe("after");
  });

  it("nothing that would make later bytes cost more", () => {
    const filter = new TerminalFilter();
    filter.feed(Buffer.from("\x1b["));
    const semicolon = Buffer.from(";");
    const until = performance.now() + 4000;
    for (let count = 0; count < 100_000; count++) {
      filter.feed(semicolon);
      if (performance.now() > until) throw new Error(`only ${count} bytes in 4 s`);
    }
    expect(feedAll([Buffer.from("mafter")], filter).toString()).toBe("after");
  });
});
