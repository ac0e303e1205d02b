import { describe, expect, it } from "@jest/globals";
import { IssueList } from "../../../src/manifest/issue-list.ts";

const place = (line: number, column = 1, path = "/a.md"): { path: string; line: number; column: number } => ({
  path,
  line,
  column,
});

describe("IssueList", () => {
  it("gives the order of the text, file by file", () => {
    const issues = new IssueList();
    issues.add(place(9), "d");
    issues.add(place(1, 1, "/b.md"), "e");
    issues.add(place(2, 7), "c");
    issues.add(place(2, 3), "b");
    expect(issues.sorted().map(({ message }) => message)).toEqual(["b", "c", "d", "e"]);
  });

  it("keeps the first about a key at a place, and other keys beside it", () => {
    const issues = new IssueList();
    issues.addKey(place(1), "url", "must be a text");
    issues.addKey(place(1), "url", "is not an SSH URL");
    issues.addKey(place(1), "host_key", "is missing");
    expect(issues.sorted().map(({ message }) => message)).toEqual(['"url" must be a text', '"host_key" is missing']);
  });

  it("escapes what it is given", () => {
    const issues = new IssueList();
    issues.addKey(place(1), "a\u001bb", "is\nbad", "c\u0007");
    expect(issues.sorted()).toEqual([
      {
        path: "/a.md",
        line: 1,
        column: 1,
        message: '"a\\u{1b}b" is\\u{a}bad',
        key: "a\\u{1b}b",
        suggestion: "c\\u{7}",
      },
    ]);
  });

  it("stops at a hundred", () => {
    const issues = new IssueList();
    for (let line = 1; line <= 500; line++) issues.add(place(line), "x");
    expect(issues.sorted()).toHaveLength(100);
  });

  it("throws only when it holds something", () => {
    const issues = new IssueList();
    issues.throwIfAny("BB_MANIFEST_INVALID", "Edit.");
    issues.add(place(1), "x");
    expect(() => {
      issues.throwIfAny("BB_MANIFEST_INVALID", "Edit.");
    }).toThrow("/a.md:1:1: x");
  });
});
