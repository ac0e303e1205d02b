import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readPath } from "../../../src/policy/path-readings.ts";
import { anyText } from "./samples.ts";

const readings = (path: string): readonly string[] => {
  const read = readPath(path);
  return read.kind === "read" ? [...read.readings].sort() : [`refused: ${read.why}`];
};
const why = (path: string): string => {
  const read = readPath(path);
  return read.kind === "read" ? "read" : read.why;
};

const segment = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const percent = (text: string, level: number): string =>
  Array.from({ length: level }).reduce<string>((inner) => inner.replaceAll("%", "%25"), text);

/** Spellings of one character, encoded up to twice. */
function spellings(characters: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...Array.from(characters)), fc.nat(2), fc.boolean())
    .map(([character, level, isUpper]) => {
      if (level === 0 && /[\x21-\x7e]/.test(character)) return character;
      const bytes = [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`);
      return percent(isUpper ? bytes.join("").toUpperCase() : bytes.join(""), Math.max(0, level - 1));
    });
}

describe("readPath", () => {
  it.each(["/", "/v1/messages", "/v1/a.b", "/a/", "/@scope/name", "/~user/x_y-z", "/a:b,c=d+e!$&'()*"])(
    "has one reading of %s",
    (path) => {
      expect(readings(path)).toEqual([path]);
    },
  );

  it.each([
    ["/.well-known/x", ["/.well-known/x"]],
    ["/...", ["/..."]],
    ["/a%2fb", ["/a%2Fb", "/a/b"]],
    ["/%61", ["/%61", "/a"]],
    ["/%2561", ["/%2561", "/%61", "/a"]],
    ["/a\\b", ["/a/b", "/a\\b"]],
    ["/a%5cb", ["/a%5Cb", "/a/b", "/a\\b"]],
    ["/a//b", ["/a/b", "/a//b"]],
    ["//host/b", ["//host/b", "/host/b"]],
    ["/a;x=1/b", ["/a/b", "/a;x=1/b"]],
    ["/a%3bx/b", ["/a%3Bx/b", "/a/b", "/a;x/b"]],
    ["/a/;x/b", ["/a/;x/b", "/a//b", "/a/b"]],
    ["/a%3fb/c", ["/a", "/a%3Fb/c", "/a?b/c"]],
    ["/a%23b", ["/a", "/a#b", "/a%23b"]],
    ["/100%25", ["/100%", "/100%25"]],
    ["/caf%C3%A9", ["/caf%C3%A9", "/café"]],
    ["/a%EF%BC%8Fb", ["/a%EF%BC%8Fb", "/a/b", "/a／b"]],
    ["/%61;x%2fb", ["/%61", "/%61;x%2Fb", "/a", "/a/b", "/a;x/b"]],
  ])("reads %s as %j", (path, expected) => {
    expect(readings(path)).toEqual([...expected].sort());
  });

  it.each([
    "/..",
    "/.",
    "/a/..",
    "/a/../b",
    "/a/./b",
    "/a/%2e%2e/b",
    "/a/%2E./b",
    "/a/%252e%252e/b",
    "/a%2f..%2fb",
    "/a%2f%2e%2e%2fb",
    "/a%252f%252e%252e%252fb",
    "/a/..%2fb",
    "/a/..%5cb",
    "/a\\..\\b",
    "/a/..;/b",
    "/a/..;x=1/b",
    "/a/%2e%2e;/b",
    "/a/..%3bx/b",
    "/a/.%2e%3b/b",
    "/a//../b",
    "/a/..%3fx",
    "/a/..%23x",
    "/a/..%20/b",
    "/a/%20../b",
    "/a/%EF%BC%8E%EF%BC%8E/b",
    "/a%EF%BC%8F..%EF%BC%8Fb",
    "/a%EF%BC%BC..%EF%BC%BCb",
    "/a/%E2%80%A5/b",
  ])("refuses the dot segment in %s", (path) => {
    expect(why(path)).toBe("it has a dot segment");
  });

  it.each([
    ["/a%00b", "it has a control byte"],
    ["/a%0d%0ab", "it has a control byte"],
    ["/a%7f", "it has a control byte"],
    ["/a%2500b", "it has a control byte"],
    ["/a%C2%85", "it has a control byte"],
    ["/a%", "it has a percent sign that is not an escape"],
    ["/a%2", "it has a percent sign that is not an escape"],
    ["/a%zz", "it has a percent sign that is not an escape"],
    ["/a%u002e", "it has a percent sign that is not an escape"],
    ["/a%25u002e", "it has an escape of the form %uXXXX"],
    ["/a%c0%ae", "it has an escape that is not UTF-8"],
    ["/a%e0%80%ae", "it has an escape that is not UTF-8"],
    ["/a%ff", "it has an escape that is not UTF-8"],
    ["/a%25ff", "it has an escape that is not UTF-8"],
    ["/a%25252e", "it is encoded more than twice"],
    ["/a b", "it has a character that must be percent-encoded"],
    ["/a\nb", "it has a character that must be percent-encoded"],
    ["/é", "it has a character that must be percent-encoded"],
    ["/%25%2541;x//y\\%3fz%EF%BC%81", "it can be read in too many ways"],
    ["/a?b", "it has a character that must be percent-encoded"],
    ["/a#b", "it has a character that must be percent-encoded"],
    ["", "it does not begin with a slash"],
    ["a", "it does not begin with a slash"],
    ["*", "it does not begin with a slash"],
    ["https://example.com/", "it does not begin with a slash"],
    [`/${"a".repeat(4096)}`, "it is longer than 4096 characters"],
    [`/${"%2541;/\\//".repeat(80)}`, "read"],
  ])("%j: %s", (path, expected) => {
    expect(why(path)).toBe(expected);
  });

  it("never lets a dot segment pass, however dots, slashes and parameters are spelled", () => {
    const dots = fc.array(spellings(".．"), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(""));
    const slash = fc.array(spellings("/\\／＼"), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(""));
    const parameters = fc.oneof(
      fc.constant(""),
      fc.tuple(spellings(";；"), segment).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(
        segment,
        slash,
        dots,
        parameters,
        fc.option(fc.tuple(slash, segment)),
        (a, border, dot, cut, rest) => {
          const path = `/${a}${border}${dot}${cut}${rest === null ? "" : rest.join("")}`;
          expect(readPath(path).kind).toBe("refused");
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("never throws, keeps the path as sent first, and holds no dot segment and no control byte", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...Array.from("ab./\\;%25ef0 "), "%2e", "%2f", "%5c", "%25", "%3b"),
    });
    fc.assert(
      fc.property(fc.oneof(anyText, hostile), (text) => {
        const read = readPath(`/${text}`);
        if (read.kind === "refused") return;
        expect(read.readings[0]).toBe(read.raw);
        expect(read.raw.toLowerCase()).toBe(`/${text}`.toLowerCase());
        expect(new Set(read.readings).size).toBe(read.readings.length);
        for (const reading of read.readings) {
          expect(reading.split(/[/\\]/).filter((part) => /^\.{1,2}(;.*)?$/.test(part))).toEqual([]);
          expect(reading).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is bounded for the longest hostile path", () => {
    const unit = "%2541%3B/\\//;a%EF%BC%8F";
    const started = performance.now();
    readPath(`/${unit.repeat(Math.floor(4000 / unit.length))}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
