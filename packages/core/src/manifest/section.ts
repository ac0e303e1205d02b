import type { IssueList } from "./issue-list.ts";
import { formatPlace, type Place } from "./place.ts";
import { formatPath, type MapNode, type Tree, type TreePath } from "./tree.ts";

/** A value with its place and the dotted path of its key. */
export interface Field<T> {
  readonly value: T;
  readonly place: Place;
  readonly key: string;
}

/** What the readers of a manifest's sections share. */
export interface ReadContext {
  readonly issues: IssueList;
  /** the user's own home, for `~/` */
  readonly userHome: string;
  /** collects what is allowed but probably not meant */
  readonly warnings: string[];
}

/** `path:line:column` of a field. */
export function fromOf({ place }: Field<unknown>): string {
  return formatPlace(place);
}

/** A map of a manifest, read by key. What is absent, null or of the wrong type reads as undefined: the schema says so. */
export class Section {
  readonly #node: MapNode | undefined;
  readonly #path: TreePath;

  constructor(node: Tree | undefined, path: TreePath = []) {
    this.#node = node?.kind === "map" ? node : undefined;
    this.#path = path;
  }

  get isWritten(): boolean {
    return this.#node !== undefined;
  }

  get place(): Place | undefined {
    return this.#node?.place;
  }

  get keys(): readonly string[] {
    return [...(this.#node?.entries.keys() ?? [])];
  }

  get key(): string {
    return formatPath(this.#path);
  }

  node(key: string): Field<Tree> | undefined {
    const value = this.#node?.entries.get(key)?.value;
    return value === undefined ? undefined : { value, place: value.place, key: formatPath([...this.#path, key]) };
  }

  section(key: string): Section {
    return new Section(this.node(key)?.value, [...this.#path, key]);
  }

  text(key: string): Field<string> | undefined {
    return ofType(this.node(key), (value) => typeof value === "string");
  }

  number(key: string): Field<number> | undefined {
    return ofType(this.node(key), (value) => typeof value === "number");
  }

  flag(key: string): Field<boolean> | undefined {
    return ofType(this.node(key), (value) => typeof value === "boolean");
  }

  /** Items of a list, each under the empty key of its own field. */
  items(key: string): readonly Field<Tree>[] {
    const list = this.node(key)?.value;
    if (list?.kind !== "list") return [];
    return list.items.map((value, index) => ({
      value,
      place: value.place,
      key: formatPath([...this.#path, key, index]),
    }));
  }

  /** Maps of a list. */
  sections(key: string): readonly Section[] {
    const list = this.node(key)?.value;
    if (list?.kind !== "list") return [];
    return list.items.map((item, index) => new Section(item, [...this.#path, key, index]));
  }

  /** Texts of a list. */
  texts(key: string): readonly Field<string>[] {
    return this.items(key).flatMap((item) => ofType(item, (value) => typeof value === "string") ?? []);
  }
}

function ofType<T extends string | number | boolean>(
  field: Field<Tree> | undefined,
  isType: (value: unknown) => value is T,
): Field<T> | undefined {
  if (field?.value.kind !== "scalar" || !isType(field.value.value)) return undefined;
  return { ...field, value: field.value.value };
}
