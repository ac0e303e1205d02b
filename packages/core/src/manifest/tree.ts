import type { Place } from "./place.ts";

/** A value of a manifest that knows where it is written. Immutable; merging makes new nodes. */
export type Tree = MapNode | ListNode | ScalarNode;

interface Placed {
  readonly place: Place;
  /** what was inherited at this place was cleared before: by `null`, or `{}` where that clears */
  readonly isReset?: boolean;
}

export interface MapEntry {
  readonly keyPlace: Place;
  readonly value: Tree;
}

export interface MapNode extends Placed {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface ListNode extends Placed {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

interface ScalarNode extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** text of the file for plain numbers and booleans; the value itself otherwise */
  readonly source: string;
  /** nothing is written, which YAML reads as null */
  readonly isEmpty: boolean;
}

/** Path to a value: keys of maps, indexes of lists. */
export type TreePath = readonly (string | number)[];

export function emptyMap(place: Place): MapNode {
  return { kind: "map", place, entries: new Map() };
}

export function childrenOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case "scalar":
      return [];
    case "list":
      return tree.items;
    case "map":
      return [...tree.entries.values()].map(({ value }) => value);
  }
}

/** Levels of maps and lists; 0 for a scalar. */
export function heightOf(tree: Tree): number {
  const heights = childrenOf(tree).map(heightOf);
  return tree.kind === "scalar" ? 0 : 1 + heights.reduce((a, b) => Math.max(a, b), 0);
}

/** The value without places, as the schemas see it. */
export function toPlain(tree: Tree): unknown {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(toPlain);
    case "map":
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, toPlain(value)]));
  }
}

/** Place of the value at a path, or of the nearest value around it. */
export function placeAt(tree: Tree, path: TreePath): Place {
  const [step, ...rest] = path;
  if (step === undefined) return tree.place;
  const child = tree.kind === "map" ? tree.entries.get(String(step))?.value : itemAt(tree, step);
  return child === undefined ? tree.place : placeAt(child, rest);
}

function itemAt(tree: ListNode | ScalarNode, step: string | number): Tree | undefined {
  return tree.kind === "list" ? tree.items[Number(step)] : undefined;
}

/** Place of the key at the end of a path; of the value when the path ends in a list. */
export function keyPlaceAt(tree: Tree, path: TreePath): Place {
  const parent = nodeAt(tree, path.slice(0, -1));
  const key = path.at(-1);
  const entry = parent?.kind === "map" && key !== undefined ? parent.entries.get(String(key)) : undefined;
  return entry?.keyPlace ?? placeAt(tree, path);
}

export function nodeAt(tree: Tree, path: TreePath): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = node.kind === "map" ? node.entries.get(String(step))?.value : itemAt(node, step);
  }
  return node;
}

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

/** A path as people write it, e.g. `egress.routes[0].host`. */
export function formatPath(path: TreePath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!PLAIN_KEY.test(step)) return `["${step}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
