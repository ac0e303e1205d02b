import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseRegex, RegexProblem } from "../../../src/policy/regex-parse.ts";

describe("parseRegex", () => {
  it.each([
    ["(?=a)", /lookaround/],
    ["(?!a)", /lookaround/],
    ["(?<=a)", /lookaround/],
    ["(?<n>a)", /named group/],
    ["(a)\\1", /\\1/],
    ["\\bfoo", /\\b/],
    ["\\p{L}", /\\p/],
    ["\\u0041", /\\u/],
    ["a\\", /backslash/],
    ["a**", /two quantifiers/],
    ["a+{2}", /two quantifiers/],
    ["*a", /nothing to repeat/],
    ["|+", /nothing to repeat/],
    ["(", /without `\)`/],
    [")", /without `\(`/],
    ["[a", /without `\]`/],
    ["[]", /empty/],
    ["a]", /lone/],
    ["a}", /lone/],
    ["a{", /not a quantifier/],
    ["a{,3}", /not a quantifier/],
    ["a{3,2}", /out of order/],
    ["a{257}", /larger/],
    ["a{1,999}", /larger/],
    ["[z-a]", /out of order/],
    ["[\\d-z]", /out of order/],
    ["a^b", /anchored/],
    ["a$b", /anchored/],
    ["(".repeat(21) + ")".repeat(21), /deeper/],
    ["a".repeat(513), /longer/],
  ])("refuses %s", (source, message) => {
    expect(() => parseRegex(source, false)).toThrow(message);
  });

  it("throws nothing but RegexProblem", () => {
    const syntax = fc.string({ unit: fc.constantFrom(...Array.from("ab/.*+?()[]{}|^$\\-,:=!<>d1"), "é", "😀") });
    fc.assert(
      fc.property(syntax, fc.boolean(), (source, ignoreCase) => {
        let thrown: unknown;
        try {
          parseRegex(source, ignoreCase);
        } catch (error) {
          thrown = error;
        }
        expect(thrown === undefined || thrown instanceof RegexProblem).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
