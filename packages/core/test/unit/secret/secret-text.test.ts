import { describe, expect, it } from "@jest/globals";
import { secretFromText } from "../../../src/secret/secret-text.ts";

describe("secretFromText", () => {
  it.each([
    ["token", "token"],
    ["token\n", "token"],
    ["token\r\n", "token"],
    ["user:pass word\t!", "user:pass word\t!"],
    ["pässwörd", "pässwörd"],
  ])("reads %j", (text, value) => {
    expect(secretFromText(text, "NAME").reveal()).toBe(value);
  });

  it.each([
    ["", "is empty"],
    ["\n", "is empty"],
    ["  \t", "is empty"],
    ["s3cret\n\n", "has more than one line"],
    ["s3cret\nmore", "has more than one line"],
    ["s3cret\rmore", "has more than one line"],
    ["s3cret\u0000", "holds control characters"],
    ["\u001b[0ms3cret", "holds control characters"],
    ["s3cret\u007f", "holds control characters"],
  ])("refuses %j, without repeating it", (text, what) => {
    const refuse = (): unknown => secretFromText(text, "file:/run/token");
    expect(refuse).toThrow(
      expect.objectContaining({ code: "BB_SECRET_UNAVAILABLE", message: `The secret "file:/run/token" ${what}.` }),
    );
    expect(refuse).not.toThrow(/s3cret/);
  });
});
