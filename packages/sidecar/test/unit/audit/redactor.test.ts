import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRedactor } from "../../../src/audit/redactor.ts";

const key = "00".repeat(32);
const token = "sk-ant-oat01-Zm9vYmFy";

describe("createRedactor", () => {
  it("replaces a known value in any form by the same mark", () => {
    const redact = createRedactor([token, "another-secret"], key);
    const mark = redact(token);
    expect(mark).toMatch(/^\[known_secret#[0-9a-f]{8}\]$/);
    expect(redact(`/a/${encodeURIComponent(token)}/b`)).toBe(`/a/${mark}/b`);
    expect(redact(Buffer.from(token).toString("hex"))).toBe(mark);
    expect(redact(`xx${token}${token}`)).toBe(`xx${mark}${mark}`);
    expect(redact("another-secret")).not.toBe(mark);
    expect(createRedactor([token], "11".repeat(32))(token)).not.toBe(mark);
  });

  it("hides the password of a pair when it stands alone", () => {
    expect(createRedactor(["user:correct-horse"], key)("correct-horse")).toMatch(/^\[known_secret#/);
  });

  it("never lets a value through, whatever stands around it", () => {
    const redact = createRedactor([token], key);
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, behind) => {
        expect(redact(before + token + behind)).not.toContain(token);
        expect(redact(Buffer.from(before + token + behind).toString("base64"))).toContain("[known_secret#");
      }),
    );
  });

  it("escapes control characters, with and without secrets", () => {
    expect(createRedactor([], key)("a\n\u001b[2J")).toBe("a\\u{a}\\u{1b}[2J");
    expect(createRedactor([token], key)("a\r\n")).toBe("a\\u{d}\\u{a}");
  });
});
