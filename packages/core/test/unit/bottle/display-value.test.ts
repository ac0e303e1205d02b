import { describe, expect, it } from "@jest/globals";
import { displayValue } from "../../../src/bottle/display-value.ts";

describe("displayValue", () => {
  it.each([
    ["api.example.com", "api.example.com"],
    ["a b", "a b"],
    ["a\u001b[2Jb", "a\\u{1b}[2Jb"],
    ["a\nrisks         none", "a\\u{a}risks none"],
    ["Jane          egress        none", "Jane egress none"],
    ["a\u00a0\u3000\u2003b", "a b"],
    ["x\u202egpj.exe", "x\\u{202e}gpj.exe"],
  ])("shows %j as %j", (text, shown) => {
    expect(displayValue(text)).toBe(shown);
  });

  it("does not let one value fill the screen", () => {
    expect(displayValue("x".repeat(501))).toBe(`${"x".repeat(500)}… (501 characters)`);
    expect(displayValue("x".repeat(500))).toBe("x".repeat(500));
    expect(displayValue("\u0007".repeat(10), 20)).toBe("\\u{7}\\u{7}\\u{7}\\u{7}… (50 characters)");
  });
});
