import { describe, expect, it } from "@jest/globals";
import { type GuardProblem, MAX_DEPTH, readTokens } from "../../../src/manifest/yaml-guard.ts";

function guard(text: string): GuardProblem | undefined {
  const read = readTokens(text, () => undefined);
  return read.kind === "problem" ? read.problem : undefined;
}

describe("readTokens", () => {
  it("lets ordinary YAML pass", () => {
    expect(guard("a:\n  - b: [1, {c: 2}]\n")).toBeUndefined();
    expect(guard("")).toBeUndefined();
  });

  it("refuses directives and further documents", () => {
    expect(guard("%YAML 1.1\n---\na: 1\n")).toEqual({ offset: 0, message: "YAML directives are not read" });
    expect(guard("a: 1\n---\nb: 2\n")).toEqual({
      offset: 5,
      message: "a second YAML document begins here; a file holds one",
    });
  });

  it.each([
    ["brackets", "[".repeat(100_000)],
    ["closed brackets", "[".repeat(MAX_DEPTH + 2) + "]".repeat(MAX_DEPTH + 2)],
    ["dashes", "- ".repeat(50_000)],
    ["question marks", "? ".repeat(50_000)],
    ["indentation", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
  ])("refuses deep nesting by %s", (_, text) => {
    expect(guard(text)?.message).toBe("the values are nested too deeply");
  });

  it("allows the limit", () => {
    const depth = MAX_DEPTH - 1;
    expect(guard("[".repeat(depth) + "]".repeat(depth))).toBeUndefined();
  });
});
