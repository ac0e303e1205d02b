import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { quoteShort, quoteYaml } from "../../../src/policy/quote.ts";
import { anyText } from "./samples.ts";

describe("quoteYaml", () => {
  it.each([
    ["plain", '"plain"'],
    ['say "hi" \\ bye', '"say \\"hi\\" \\\\ bye"'],
    ["a\nb\u001b[2J", '"a\\u000ab\\u001b[2J"'],
    ["\u202e\u2028\ufeff\u007f\u0085", '"\\u202e\\u2028\\ufeff\\u007f\\u0085"'],
    ["😀", '"\\U0001f600"'],
  ])("writes %j as %s", (text, expected) => {
    expect(quoteYaml(text)).toBe(expected);
  });

  it("is printable ASCII on one line, and YAML reads the same text back", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const quoted = quoteYaml(text);
        expect(quoted).toMatch(/^[\x20-\x7e]*$/);
        expect(parse(`- key: ${quoted}\n`)).toEqual([{ key: text }]);
        expect(parse(`[${quoted}, x]`)).toEqual([text, "x"]);
      }),
    );
  });
});

describe("quoteShort", () => {
  it("cuts long text visibly", () => {
    expect(quoteShort("a".repeat(160))).toBe(`"${"a".repeat(160)}"`);
    expect(quoteShort("a".repeat(161))).toBe(`"${"a".repeat(160)}..."`);
  });
});
