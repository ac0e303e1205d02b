import { describe, expect, it } from "@jest/globals";
import { IssueList } from "../../../src/manifest/issue-list.ts";
import { toPlain } from "../../../src/manifest/tree.ts";
import { parseYaml } from "../../../src/manifest/yaml-tree.ts";
import { textsOf } from "./support/bottle.ts";

const MISSING = "a character is missing: a quote, a bracket, a comma, or `:` after a key";

function plain(text: string): unknown {
  const tree = parseYaml({ text, path: "/a.md", firstLine: 1 }, new IssueList());
  return tree === undefined ? undefined : toPlain(tree);
}

function problems(text: string, firstLine = 1): string[] {
  const issues = new IssueList();
  expect(parseYaml({ text, path: "/a.md", firstLine }, issues)).toBeUndefined();
  return textsOf(issues);
}

describe("parseYaml", () => {
  it("reads YAML 1.2 in the core schema", () => {
    expect(plain("a: yes\nb: 0o17\nc: 1.50\nd: ~\ne: 2001-01-01\nf: 010\ng: true\n")).toEqual({
      a: "yes",
      b: 15,
      c: 1.5,
      d: null,
      e: "2001-01-01",
      f: 10,
      g: true,
    });
  });

  it.each(["", "\n\n", "# only a comment\n", "~"])("takes %j for an empty map or says what it is", (text) => {
    const tree = parseYaml({ text, path: "/a.md", firstLine: 1 }, new IssueList());
    expect(tree === undefined ? undefined : toPlain(tree)).toEqual(text === "~" ? undefined : {});
  });

  it("counts lines from the first one of the file, in CRLF files too", () => {
    expect(problems("a: 1\r\nb: [\r\n", 2)).toEqual([
      "4:1: the indentation does not fit the lines before it, or a bracket is not closed",
    ]);
    expect(problems("a: 1\n\nb: 'x\n", 2)).toEqual([`5:1: ${MISSING}`]);
  });

  it.each([
    ["a tab", "a:\n\tb: 1\n", "2:1: a tab cannot indent YAML; use spaces"],
    [
      "a second colon",
      "a: b: c\n",
      "1:4: a second `:` or a list on the line of a key; quote the value, or begin a new line",
    ],
    ["a directive", "%YAML 1.1\n---\na: yes\n", "1:1: YAML directives are not read"],
    ["a second document", "a: 1\n---\nb: 1\n", "2:1: a second YAML document begins here; a file holds one"],
    ["a list", "- a\n", "1:1: must be a map: lines of `key: value`"],
    ["a text", "hello\n", "1:1: must be a map: lines of `key: value`"],
    ["a control character", "a: \u0007\n", "1:4: a control character cannot stand in YAML"],
    ["an unfinished quote", 'a: "x\n', `2:1: ${MISSING}`],
    ["a bad escape", 'a: "\\q"\n', "1:5: an escape in double quotes is not known; use single quotes"],
    ["an at sign", "a: @b\n", "1:4: a value that begins with this character must be quoted"],
  ])("refuses %s", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("never quotes the file", () => {
    for (const text of ["a: *sekrit\n", "a: {b: sekrit]\n", 'a: "\\sekrit"\n', "a: !sekrit x\n", "a: 'b' sekrit\n"]) {
      expect(problems(text).join("\n")).not.toContain("sekrit");
    }
  });

  it("refuses what takes long, at once", () => {
    for (const text of ["[".repeat(60_000), "]".repeat(10_000), "a: b\n".repeat(60_000), "- *a\n".repeat(10_000)]) {
      const started = performance.now();
      expect(problems(text)).not.toEqual([]);
      expect(performance.now() - started).toBeLessThan(3000);
    }
  });
});
