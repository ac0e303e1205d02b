import { escapeForDisplay } from "../secret/redact.ts";
import { formatPlace } from "./place.ts";
import { childrenOf, formatPath, type Tree, type TreePath } from "./tree.ts";

/** One effective value and where it was written. */
export interface ProvenanceRow {
  /** dotted path, e.g. `egress.routes[0].host` */
  readonly key: string;
  /** safe to print; absent for literals of `env` */
  readonly value?: string | undefined;
  /** `path:line:column` */
  readonly from: string;
}

/** `env` may hold secrets in spite of the docs; references and questions hold none. */
function isShown(path: TreePath, source: string): boolean {
  return path[0] !== "env" || source.startsWith("?") || /^\$\{\w+\}$/.test(source);
}

/** Every scalar of a tree, in the order of the keys. */
export function provenanceOf(tree: Tree, path: TreePath = []): readonly ProvenanceRow[] {
  if (tree.kind === "map") return [...tree.entries].flatMap(([key, { value }]) => provenanceOf(value, [...path, key]));
  if (tree.kind === "list") return childrenOf(tree).flatMap((item, index) => provenanceOf(item, [...path, index]));
  const row = { key: escapeForDisplay(formatPath(path)), from: formatPlace(tree.place) };
  return [isShown(path, tree.source) ? { ...row, value: escapeForDisplay(tree.source) } : row];
}
