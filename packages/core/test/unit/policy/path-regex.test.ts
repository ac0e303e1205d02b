import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compilePathRegex } from "../../../src/policy/path-regex.ts";

function test(source: string, text: string, ignoreCase = false): boolean {
  const regex = compilePathRegex(source, { ignoreCase });
  if (regex.kind === "invalid") throw new Error(regex.why);
  return regex.test(text);
}

const literal = fc.constantFrom("a", "b", "/", "-", "\\.", ".", "\\d", "\\w", "\\S", "[ab]", "[^/]", "[a-c/]", "[^\\d.]", "[-a]", "[\\]^]"); // prettier-ignore
const quantifier = fc.constantFrom("", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?");
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: "small" },
    fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("")),
    fc.tuple(tie("pattern"), tie("pattern")).map((options) => options.join("|")),
  ),
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(literal, quantifier).map((parts) => parts.join("")),
    fc
      .tuple(fc.constantFrom("(", "(?:"), tie("pattern"), quantifier)
      .map(([open, body, times]) => `${open}${body})${times}`),
  ),
}));
const text = fc.string({ unit: fc.constantFrom(...Array.from("ab/-.1C^]"), "é", "😀"), maxLength: 6 });

describe("compilePathRegex", () => {
  it.each([
    ["/repos/[^/]+/issues(/\\d+)?", "/repos/acme/issues/12", true],
    ["/repos/[^/]+/issues(/\\d+)?", "/repos/acme/x/issues", false],
    ["/repos/acme", "/repos/acme-evil", false],
    ["/repos/acme", "/x/repos/acme", false],
    ["^/a$", "/a", true],
    ["/a|/b", "/bc", false],
    ["/a|/b", "/b", true],
    ["/v{2}", "/vv", true],
    ["/(?:a|b){1,2}c", "/abc", true],
    ["", "", true],
    [".", "😀", true],
    ["/\\w+", "/é", false],
  ])("%s on %s: %s", (source, path, expected) => {
    expect(test(source, path)).toBe(expected);
  });

  it("ignores case only when asked", () => {
    expect(test("/API/[a-c]", "/api/B")).toBe(false);
    expect(test("/API/[a-c]", "/api/B", true)).toBe(true);
    expect(test("/[^A]", "/a", true)).toBe(false);
  });

  it("agrees with RegExp", () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, path, ignoreCase) => {
        const regex = compilePathRegex(source, { ignoreCase });
        if (regex.kind === "invalid") return;
        expect(regex.test(path)).toBe(new RegExp(`^(?:${source})$`, ignoreCase ? "siu" : "su").test(path));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*b", "(.*.*)*x", "((a?){60}){4}b", "(a|aa)+$"])(
    "answers at once where backtracking would not: %s",
    (source) => {
      const started = performance.now();
      expect(test(source, `${"a".repeat(2046)}!`)).toBe(false);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );

  it("is bounded in size and in the length of the text", () => {
    expect(compilePathRegex("(a{200}){200}", { ignoreCase: false }).kind).toBe("invalid");
    expect(compilePathRegex("((a{0,256}){0,256}){0,256}", { ignoreCase: false }).kind).toBe("invalid");
    expect(compilePathRegex("(((){256}){256}){256}", { ignoreCase: false }).kind).toBe("invalid");
    expect(test("a*", "a".repeat(2048))).toBe(true);
    expect(test("a*", "a".repeat(2049))).toBe(false);
  });
});
