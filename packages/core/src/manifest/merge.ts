import type { ListNode, MapEntry, MapNode, Tree, TreePath } from "./tree.ts";

/** Maps that a later bottle replaces as a whole; `*` is any key. */
const ATOMIC = [["agent_provider"], ["git-gate", "repos", "*", "key"]];
/** Lists that grow. */
const CONCATENATED = [
  ["egress", "routes"],
  ["egress", "presets"],
];
/** Maps that `{}` clears. */
const CLEARED_WHEN_EMPTY = [["git-gate", "repos"]];

function isOneOf(patterns: readonly (readonly string[])[], path: TreePath): boolean {
  return patterns.some(
    (pattern) => pattern.length === path.length && pattern.every((step, index) => step === "*" || step === path[index]),
  );
}

function isNull(tree: Tree): boolean {
  return tree.kind === "scalar" && tree.value === null;
}

/** True when nothing of what came before a node survives it. */
function isClearing(tree: Tree, path: TreePath): boolean {
  if (isNull(tree) || tree.isReset === true) return true;
  return tree.kind === "map" && tree.entries.size === 0 && isOneOf(CLEARED_WHEN_EMPTY, path);
}

function cleared<T extends Tree>(tree: T): T {
  return { ...tree, isReset: true };
}

function mergeEntries(left: MapNode, right: MapNode, path: TreePath): MapNode {
  const entries = new Map<string, MapEntry>(left.entries);
  for (const [key, { keyPlace, value }] of right.entries) {
    const before = entries.get(key);
    entries.set(key, {
      keyPlace,
      value: before === undefined ? value : mergeNodes(before.value, value, [...path, key]),
    });
  }
  return { ...right, entries };
}

function mergeNodes(left: Tree, right: Tree, path: TreePath): Tree {
  if (right.kind === "scalar" || isOneOf(ATOMIC, path)) return right;
  if (isClearing(right, path) || isNull(left)) return cleared(right);
  const merged = mergeCollections(left, right, path);
  return isClearing(left, path) ? cleared(merged) : merged;
}

function mergeCollections(left: Tree, right: MapNode | ListNode, path: TreePath): MapNode | ListNode {
  if (left.kind === "map" && right.kind === "map") return mergeEntries(left, right, path);
  if (left.kind === "list" && right.kind === "list" && isOneOf(CONCATENATED, path)) {
    return { ...right, items: [...left.items, ...right.items] };
  }
  return right;
}

/**
 * Two bottles as one, the right one last. Removals (`null`) stay in the result, so that merging is associative;
 * {@link withoutRemovals} drops them at the end.
 */
export function mergeBottles(left: MapNode, right: MapNode): MapNode {
  return mergeEntries(left, right, []);
}

/** The tree without entries that are null; what a map replaced as a whole holds is its own affair. */
export function withoutRemovals(tree: MapNode, path: TreePath = []): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, { keyPlace, value }] of tree.entries) {
    const childPath = [...path, key];
    if (isNull(value)) continue;
    const isPlainMap = value.kind === "map" && !isOneOf(ATOMIC, childPath);
    entries.set(key, { keyPlace, value: isPlainMap ? withoutRemovals(value, childPath) : value });
  }
  return { kind: "map", place: tree.place, entries };
}
