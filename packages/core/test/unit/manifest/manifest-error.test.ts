import { describe, expect, it } from "@jest/globals";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { formatIssue, ManifestError, type ManifestIssue } from "../../../src/manifest/manifest-error.ts";

const issue = (line: number): ManifestIssue => ({ path: "/a.md", line, column: 2, message: `problem ${line}` });

describe("ManifestError", () => {
  it("says one issue with its place", () => {
    const error = new ManifestError("BB_MANIFEST_INVALID", [issue(3)], { hint: "Edit." });
    expect(error.message).toBe("/a.md:3:2: problem 3");
    expect(error.hint).toBe("Edit.");
  });

  it("says how many there are and cuts a long list", () => {
    const error = new ManifestError(
      "BB_MANIFEST_INVALID",
      Array.from({ length: 25 }, (_, index) => issue(index + 1)),
    );
    expect(error.message.split("\n")).toHaveLength(22);
    expect(error.message).toMatch(/^25 problems:\n {2}\/a\.md:1:2: problem 1\n[^]*\n {2}and 5 more$/);
  });

  it("is known by its brand, as itself and as a BotBottleError", () => {
    const error: unknown = new ManifestError("BB_MANIFEST_READ", []);
    expect(ManifestError.is(error)).toBe(true);
    expect(BotBottleError.is(error)).toBe(true);
    expect(ManifestError.is(new BotBottleError("BB_USAGE", "x"))).toBe(false);
    expect(String(error)).toMatch(/^ManifestError/);
    expect(Object.keys(error as object)).toEqual(["code", "hint", "issues"]);
  });

  it("escapes control characters of a path", () => {
    expect(formatIssue({ ...issue(1), path: "/a\u001b[2J.md" })).toBe("/a\\u{1b}[2J.md:1:2: problem 1");
  });

  it("adds what was probably meant", () => {
    expect(formatIssue({ ...issue(1), suggestion: "env" })).toBe('/a.md:1:2: problem 1 (did you mean "env"?)');
  });
});
