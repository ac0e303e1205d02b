import type { IssueList } from "./issue-list.ts";

export interface Frontmatter {
  readonly yaml: string;
  /** line of the file that `yaml` begins on, 1-based */
  readonly firstLine: number;
  /** text after the frontmatter, line ends as `\n`, blank lines around it cut */
  readonly body: string;
}

const FENCE = /^---[ \t]*\r?$/;

/** Splits `---`, YAML, `---`, body; a missing fence is added to the issues. */
export function splitFrontmatter(text: string, path: string, issues: IssueList): Frontmatter | undefined {
  const lines = text.split("\n");
  if (!FENCE.test(lines[0] ?? "")) {
    issues.add({ path, line: 1, column: 1 }, "the first line must be `---`: a manifest begins with YAML frontmatter");
    return undefined;
  }
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (end === -1) {
    issues.add({ path, line: 1, column: 1 }, "the frontmatter is not closed by a line `---`");
    return undefined;
  }
  const body = lines
    .slice(end + 1)
    .join("\n")
    .replaceAll("\r\n", "\n")
    .trim();
  return {
    yaml: lines
      .slice(1, end)
      .map((line) => `${line}\n`)
      .join(""),
    firstLine: 2,
    body,
  };
}
