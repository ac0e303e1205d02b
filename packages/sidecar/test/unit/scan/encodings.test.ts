import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { encodedForms } from "../../../src/scan/encodings.ts";

const has = (haystack: string, value: string): boolean =>
  encodedForms(value).some((form) => Buffer.from(haystack, "utf8").includes(form));
const secret = fc.string({ minLength: 8, maxLength: 60, unit: "grapheme" });

describe("encodedForms", () => {
  it("recognises a value in base64 and base64url whatever stands before and behind it", () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, behind) => {
        const bytes = Buffer.from(before + value + behind, "utf8");
        expect(has(bytes.toString("base64"), value)).toBe(true);
        expect(has(bytes.toString("base64url"), value)).toBe(true);
      }),
    );
  });

  it("recognises a value in hex, percent escapes, JSON and as it is", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const bytes = Buffer.from(value, "utf8");
        const hex = bytes.toString("hex");
        expect(has(hex, value) && has(hex.toUpperCase(), value)).toBe(true);
        expect(has(encodeURIComponent(value), value)).toBe(true);
        expect(has(hex.replace(/../g, "%$&"), value)).toBe(true);
        expect(has(new URLSearchParams({ value }).toString().replaceAll("*", "%2A"), value)).toBe(true);
        expect(has(JSON.stringify({ value }), value)).toBe(true);
        expect(has(value, value)).toBe(true);
      }),
    );
  });

  it("looks for the first 256 bytes of a long value", () => {
    const value = "0123456789abcdef".repeat(100);
    expect(Math.max(...encodedForms(value).map(({ length }) => length))).toBeLessThanOrEqual(256 * 6);
    expect(has(`x${value}`, value)).toBe(true);
  });

  it("has no form that is short enough to match by chance", () => {
    fc.assert(
      fc.property(secret, (value) => {
        expect(Math.min(...encodedForms(value).map(({ length }) => length))).toBeGreaterThanOrEqual(8);
      }),
    );
  });
});
