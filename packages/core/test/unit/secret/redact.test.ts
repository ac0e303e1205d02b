import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { escapeForDisplay, jsonForDisplay, redactForDisplay } from "../../../src/secret/redact.ts";

/** Characters that no terminal and no reader may get unseen. */
const HOSTILE = [
  ["an escape", "\u001b[2J", "\\u{1b}[2J"],
  ["an 8-bit escape", "\u009b2J", "\\u{9b}2J"],
  ["a bell", "\u0007", "\\u{7}"],
  ["a line end", "a\nb", "a\\u{a}b"],
  ["a carriage return", "safe\rx", "safe\\u{d}x"],
  ["a Unicode line end", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
  ["an override of direction", "\u202egnp.exe", "\\u{202e}gnp.exe"],
  ["isolates", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
  ["an Arabic letter mark", "\u061c", "\\u{61c}"],
  ["zero width", "api\u200b.com", "api\\u{200b}.com"],
  ["a soft hyphen", "ex\u00adample", "ex\\u{ad}ample"],
  ["a filler", "a\u3164b", "a\\u{3164}b"],
  ["a variation selector", "a\ufe0f", "a\\u{fe0f}"],
  ["deprecated controls", "\u206a", "\\u{206a}"],
  ["tags", "a\u{e0041}", "a\\u{e0041}"],
  ["a lone surrogate", "a\ud800", "a\\u{d800}"],
] as const;

/** What may reach a terminal as it is. */
const isPlain = (text: string): boolean =>
  !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text.replaceAll("\n", "").replaceAll("\t", ""));

describe("escapeForDisplay", () => {
  it.each(HOSTILE)("escapes %s", (_title, text, shown) => {
    expect(escapeForDisplay(text)).toBe(shown);
  });

  it("leaves what people write", () => {
    const text = 'Jane Müller, 漢字, 🚀, "→", ~/a b';
    expect(escapeForDisplay(text)).toBe(text);
  });

  it("keeps every text on its line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = escapeForDisplay(text);
        expect(isPlain(shown) && !shown.includes("\n") && !shown.includes("\t")).toBe(true);
      }),
    );
  });
});

describe("jsonForDisplay", () => {
  it("is the same value, without a character that moves a cursor", () => {
    const value = Object.fromEntries(HOSTILE.map(([title, text]) => [title, [text]]));
    const shown = jsonForDisplay(value, 2);
    expect(JSON.parse(shown)).toEqual(value);
    expect(isPlain(shown)).toBe(true);
    expect(shown).toContain("\\u009b2J");
    expect(shown).toContain("\\udb40\\udc41");
  });

  it("writes plain values as JSON.stringify does", () => {
    const value = { a: [1, "b"], c: { d: "漢字" } };
    expect(jsonForDisplay(value, 2)).toBe(JSON.stringify(value, undefined, 2));
    expect(jsonForDisplay(undefined)).toBe("null");
  });
});

describe("redactForDisplay", () => {
  it.each([
    ["https://user:s3cret@host/x", "https://[redacted]@host/x"],
    ["fatal: 'ssh://git:s3cret@h:22/r.git' failed", "fatal: 'ssh://[redacted]@h:22/r.git' failed"],
    ["http://user:s3cret@ret@host", "http://[redacted]@host"],
    ["http://u:s3\u0000cret@host", "http://[redacted]@host"],
    ["git+https://s3cret@host and ftp://a:s3cret@b", "git+https://[redacted]@host and ftp://[redacted]@b"],
    ["https://host/path@v1", "https://host/path@v1"],
    ["mail jane@example.com", "mail jane@example.com"],
  ])("cuts credentials out of %j", (text, shown) => {
    expect(redactForDisplay(text)).toBe(shown);
    expect(redactForDisplay(text)).not.toContain("s3cret");
  });

  it("keeps lines and tabs, drops colours, escapes the rest", () => {
    expect(redactForDisplay("\u001b[1;31merror\u001b[0m\tx\r\n10%\r20%\n\u001b]0;title\u0007")).toBe(
      "error\tx\n10%\n20%\n\\u{1b}]0;title\\u{7}",
    );
  });

  it("lets nothing through that moves a cursor", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(isPlain(redactForDisplay(text))).toBe(true);
      }),
    );
  });

  it.each(["a.", "a-", "a:", "://", "x://", "\u001b[", "\u001b[0;", "a://@"])(
    "stays fast on a megabyte of %j",
    (piece) => {
      const started = performance.now();
      redactForDisplay(piece.repeat(1_000_000 / piece.length));
      expect(performance.now() - started).toBeLessThan(1500);
    },
  );
});
