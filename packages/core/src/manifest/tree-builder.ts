import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { IssueList } from "./issue-list.ts";
import type { Place } from "./place.ts";
import { heightOf, type MapEntry, type Tree } from "./tree.ts";
import { MAX_DEPTH } from "./yaml-guard.ts";

const MAX_NODES = 20_000;
const MAX_ALIASES = 100;

/**
 * Turns composed YAML into a tree. Aliases share the tree of their anchor but count in full, so that nothing that
 * walks the result later meets more than `MAX_NODES` values.
 */
export class TreeBuilder {
  readonly #placeOf: (offset: number) => Place;
  readonly #issues: IssueList;
  /** `undefined` while the anchored value is still being read */
  readonly #anchors = new Map<string, { readonly tree: Tree; readonly size: number } | undefined>();
  #nodes = 0;
  #aliases = 0;
  #depth = 0;

  constructor(placeOf: (offset: number) => Place, issues: IssueList) {
    this.#placeOf = placeOf;
    this.#issues = issues;
  }

  /** The tree of a node; undefined when it, or what is in it, was refused. */
  build(node: Node | null): Tree | undefined {
    if (isAlias(node)) return this.#alias(node);
    const place = this.#place(node);
    if (!this.#count(1, place)) return undefined;
    if (node?.tag !== undefined) {
      this.#issues.add(place, "tags are not read");
      return undefined;
    }
    const { anchor } = node ?? {};
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const before = this.#nodes;
    this.#depth++;
    const tree = this.#collectionOrScalar(node, place);
    this.#depth--;
    if (anchor !== undefined && tree !== undefined) {
      this.#anchors.set(anchor, { tree, size: this.#nodes - before + 1 });
    }
    return tree;
  }

  #collectionOrScalar(node: Node | null, place: Place): Tree | undefined {
    if (isMap(node)) return this.#map(node as YAMLMap<Node, Node | null>, place);
    if (isSeq(node)) return this.#list(node as YAMLSeq<Node>, place);
    return this.#scalar(isScalar(node) ? node : undefined, place);
  }

  #map(node: YAMLMap<Node, Node | null>, place: Place): Tree | undefined {
    const entries = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const key = this.#key(pair);
      if (key === undefined) continue;
      const before = entries.get(key.text);
      if (before !== undefined) {
        this.#issues.addKey(key.place, key.text, `is written twice, first on line ${before.keyPlace.line}`);
        continue;
      }
      const value = this.build(pair.value ?? null) ?? undefined;
      if (value === undefined) {
        if (this.#isSpent()) return undefined;
        continue;
      }
      entries.set(key.text, { keyPlace: key.place, value: atKeyWhenEmpty(value, key.place) });
    }
    return { kind: "map", place, entries };
  }

  #key({ key }: Pair<Node, Node | null>): { readonly text: string; readonly place: Place } | undefined {
    const place = this.#place(key);
    if (!isScalar(key) || key.tag !== undefined) {
      this.#issues.add(place, "a key must be a text");
      return undefined;
    }
    // A plain key is what it says: `null`, `1.10` and `on` are names like any other.
    const text = typeof key.value === "string" ? key.value : (key.source ?? "");
    if (text === "<<" || text === "__proto__") {
      const reason =
        text === "<<" ? "is not part of YAML 1.2; use `extends` instead of merge keys" : "is a reserved word";
      this.#issues.addKey(place, text, reason);
      return undefined;
    }
    return { text, place };
  }

  #list(node: YAMLSeq<Node>, place: Place): Tree | undefined {
    const items: Tree[] = [];
    for (const item of node.items) {
      const tree = this.build(item);
      if (tree !== undefined) items.push(tree);
      else if (this.#isSpent()) return undefined;
    }
    return { kind: "list", place, items };
  }

  #scalar(node: Scalar | undefined, place: Place): Tree | undefined {
    const value = node?.value ?? null;
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (value !== null && !isPlain) {
      this.#issues.add(place, "is not a text, number or boolean");
      return undefined;
    }
    const source = typeof value === "string" ? value : (node?.source ?? "");
    return { kind: "scalar", place, value, source, isEmpty: value === null && source === "" };
  }

  #alias(node: Alias): Tree | undefined {
    const place = this.#place(node);
    if (++this.#aliases > MAX_ALIASES) {
      this.#spend(place, `more than ${MAX_ALIASES} aliases`);
      return undefined;
    }
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      const isOpen = this.#anchors.has(node.source);
      this.#issues.add(place, isOpen ? "an alias refers to itself" : "an alias refers to no anchor before it");
      return undefined;
    }
    if (this.#depth + heightOf(target.tree) > MAX_DEPTH) {
      this.#issues.add(place, "the values are nested too deeply");
      return undefined;
    }
    return this.#count(target.size, place) ? { ...target.tree, place } : undefined;
  }

  #isSpent(): boolean {
    return this.#nodes > MAX_NODES;
  }

  #spend(place: Place, message: string): void {
    this.#nodes = Infinity;
    this.#issues.add(place, message);
  }

  #count(size: number, place: Place): boolean {
    if (this.#isSpent()) return false;
    this.#nodes += size;
    if (this.#isSpent()) this.#spend(place, `more than ${MAX_NODES} values, aliases counted in full`);
    return !this.#isSpent();
  }

  #place(node: Node | null): Place {
    return this.#placeOf(node?.range?.[0] ?? 0);
  }
}

/** The parser puts an empty value after the blanks that follow the key; people look at the key. */
function atKeyWhenEmpty(value: Tree, keyPlace: Place): Tree {
  return value.kind === "scalar" && value.isEmpty ? { ...value, place: keyPlace } : value;
}
