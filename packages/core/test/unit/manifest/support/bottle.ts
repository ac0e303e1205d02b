import { BOTTLE_KIND } from "../../../../src/manifest/bottle-kind.ts";
import { IssueList } from "../../../../src/manifest/issue-list.ts";
import { formatIssue, ManifestError } from "../../../../src/manifest/manifest-error.ts";
import { type ManifestKind, parseManifest } from "../../../../src/manifest/read-manifest.ts";
import { type ReadContext, Section } from "../../../../src/manifest/section.ts";
import type { MapNode } from "../../../../src/manifest/tree.ts";
import { parseYaml } from "../../../../src/manifest/yaml-tree.ts";

const BOTTLE_PATH = "/h/bottles/b.md";
const USER_HOME = "/home/me";

/** A YAML text as a tree; the first line is line 1 of `/h/bottles/b.md`. */
export function treeOf(yaml: string, path = BOTTLE_PATH): MapNode {
  const issues = new IssueList();
  const tree = parseYaml({ text: yaml, path, firstLine: 1 }, issues);
  if (tree === undefined) throw new Error(issues.sorted().map(formatIssue).join("\n"));
  return tree;
}

export function sectionOf(yaml: string): Section {
  return new Section(treeOf(yaml));
}

export function readContext(): ReadContext & { readonly issues: IssueList } {
  return { issues: new IssueList(), userHome: USER_HOME, warnings: [] };
}

/** `line:column message (did you mean "x"?)` of every issue. */
export function textsOf(issues: IssueList): string[] {
  return issues.sorted().map((issue) => formatIssue(issue).slice(issue.path.length + 1));
}

/** What the frontmatter of a bottle is refused for, `line:column: message`; the YAML begins on line 1. */
export function bottleIssues(yaml: string, kind: ManifestKind = BOTTLE_KIND): string[] {
  try {
    parseManifest(`---\n${yaml}\n---\n`, BOTTLE_PATH, kind, { userHome: USER_HOME, warnings: [] });
    return [];
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    return error.issues.map((issue) => formatIssue({ ...issue, line: issue.line - 1 }).slice(issue.path.length + 1));
  }
}
