import type { FoundFile } from "./discover.ts";
import type { SchemaValidator } from "./generated/validators.mjs";
import { splitFrontmatter } from "./frontmatter.ts";
import { IssueList } from "./issue-list.ts";
import { ManifestError } from "./manifest-error.ts";
import { readText } from "./read-text.ts";
import { checkSchema } from "./schema-issues.ts";
import type { ReadContext } from "./section.ts";
import type { MapNode, TreePath } from "./tree.ts";
import { parseYaml } from "./yaml-tree.ts";

export interface ManifestKind {
  readonly validate: SchemaValidator;
  /** rules that a schema cannot say */
  readonly check: (tree: MapNode, context: ReadContext) => void;
  /** true for a path below which an empty value is nobody's business */
  readonly isFree: (path: TreePath) => boolean;
}

export interface ReadManifest {
  readonly tree: MapNode;
  readonly body: string;
}

export const FIX_HINT = "Edit the file, then run the command again.";

/**
 * Checks the text of one manifest.
 * @param path of the file, for places
 * @throws ManifestError `BB_MANIFEST_SYNTAX` or `BB_MANIFEST_INVALID`, with every issue of the file at once
 */
export function parseManifest(
  text: string,
  path: string,
  kind: ManifestKind,
  context: Omit<ReadContext, "issues">,
): ReadManifest {
  const issues = new IssueList();
  const split = splitFrontmatter(text, path, issues);
  const tree =
    split === undefined ? undefined : parseYaml({ text: split.yaml, path, firstLine: split.firstLine }, issues);
  if (split === undefined || tree === undefined) {
    throw new ManifestError("BB_MANIFEST_SYNTAX", issues.sorted(), { hint: FIX_HINT });
  }
  checkSchema(tree, kind.validate, issues, kind.isFree);
  kind.check(tree, { ...context, issues });
  issues.throwIfAny("BB_MANIFEST_INVALID", FIX_HINT);
  return { tree, body: split.body };
}

/**
 * Reads and checks one manifest file.
 * @throws ManifestError as {@link parseManifest}, and `BB_MANIFEST_READ`, `BB_MANIFEST_TOO_LARGE`
 */
export function readManifest(
  { file, folder }: FoundFile,
  kind: ManifestKind,
  context: Omit<ReadContext, "issues">,
): ReadManifest {
  return parseManifest(readText(file, folder), file, kind, context);
}
