import { describe, expect, it } from "@jest/globals";
import { AGENT_KIND } from "../../../src/manifest/agent-kind.ts";
import { formatIssue, ManifestError } from "../../../src/manifest/manifest-error.ts";
import { parseManifest } from "../../../src/manifest/read-manifest.ts";
import { toPlain } from "../../../src/manifest/tree.ts";

function parse(text: string): unknown {
  try {
    const { tree, body } = parseManifest(text, "/a.md", AGENT_KIND, { userHome: "/h", warnings: [] });
    return { ...(toPlain(tree) as object), body };
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    return [error.code, ...error.issues.map(formatIssue)];
  }
}

describe("parseManifest", () => {
  it("reads frontmatter and body, with CRLF too", () => {
    expect(parse("---\nbottle: dev\n---\nHello\n")).toEqual({ bottle: "dev", body: "Hello" });
    expect(parse("---\r\nbottle: dev\r\n---\r\nHello\r\n")).toEqual({ bottle: "dev", body: "Hello" });
    expect(parse("---\n---\n")).toEqual({ body: "" });
  });

  it("counts lines of the file", () => {
    expect(parse("---\n\n# c\nbottle: 1\n---\n")).toEqual([
      "BB_MANIFEST_INVALID",
      '/a.md:4:9: "bottle" must be a text',
    ]);
    expect(parse("---\nbottle: dev\nskills:\n\t- a\n---\n")).toEqual([
      "BB_MANIFEST_SYNTAX",
      "/a.md:4:1: a tab cannot indent YAML; use spaces",
    ]);
    expect(parse("bottle: dev\n")).toEqual([
      "BB_MANIFEST_SYNTAX",
      "/a.md:1:1: the first line must be `---`: a manifest begins with YAML frontmatter",
    ]);
  });
});
