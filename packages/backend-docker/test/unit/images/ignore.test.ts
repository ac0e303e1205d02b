import { describe, expect, it } from "@jest/globals";
import { parseIgnore } from "../../../src/images/ignore.ts";

describe("parseIgnore", () => {
  const ignored = parseIgnore(
    [
      "# comment",
      "node_modules",
      "*.log",
      "/build/",
      "**/secret*",
      "docs/**/*.md",
      "!docs/keep/me.md",
      "a?c",
      "[xy]z",
      "",
      "!keep.log",
    ].join("\n"),
  );

  it.each([
    "node_modules",
    "node_modules/a/b",
    "x.log",
    "build/out",
    "a/b/secrets.txt",
    "secret",
    "docs/a/b.md",
    "abc",
    "xz",
  ])("leaves out %s", (path) => {
    expect(ignored(path)).toBe(true);
  });

  it.each([
    "src/node_modules",
    "sub/x.log",
    "keep.log",
    "docs/keep/me.md",
    "docs",
    "builder",
    "ac",
    "a/c",
    "zz",
    "Dockerfile",
  ])("keeps %s", (path) => {
    expect(ignored(path)).toBe(false);
  });
});
