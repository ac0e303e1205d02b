import { describe, expect, it } from "@jest/globals";
import { splitFrontmatter } from "../../../src/manifest/frontmatter.ts";
import { IssueList } from "../../../src/manifest/issue-list.ts";
import { textsOf } from "./support/bottle.ts";

function split(text: string): ReturnType<typeof splitFrontmatter> {
  return splitFrontmatter(text, "/a.md", new IssueList());
}

describe("splitFrontmatter", () => {
  it("gives the YAML with its first line, and the body", () => {
    expect(split("---\na: 1\nb: 2\n---\n\nHello\n\nyou \n")).toEqual({
      yaml: "a: 1\nb: 2\n",
      firstLine: 2,
      body: "Hello\n\nyou",
    });
  });

  it("takes CRLF, blanks after a fence, and an end without a line end", () => {
    expect(split("--- \r\na: 1\r\n---\t\r\none\r\ntwo")).toEqual({ yaml: "a: 1\r\n", firstLine: 2, body: "one\ntwo" });
    expect(split("---\n---")).toEqual({ yaml: "", firstLine: 2, body: "" });
  });

  it("leaves further fences in the body", () => {
    expect(split("---\na: 1\n---\none\n---\ntwo")?.body).toBe("one\n---\ntwo");
  });

  it.each(["", "a: 1\n", " ---\na: 1\n---\n", "----\na: 1\n---\n", "\n---\n---\n"])(
    "asks for the first fence: %j",
    (text) => {
      const issues = new IssueList();
      expect(splitFrontmatter(text, "/a.md", issues)).toBeUndefined();
      expect(textsOf(issues)).toEqual(["1:1: the first line must be `---`: a manifest begins with YAML frontmatter"]);
    },
  );

  it("asks for the second fence", () => {
    const issues = new IssueList();
    expect(splitFrontmatter("---\na: 1\n --- \n----\n", "/a.md", issues)).toBeUndefined();
    expect(textsOf(issues)).toEqual(["1:1: the frontmatter is not closed by a line `---`"]);
  });
});
