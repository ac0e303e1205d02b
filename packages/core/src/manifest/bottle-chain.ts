import { escapeForDisplay } from "../secret/redact.ts";
import type { FoundFile } from "./discover.ts";
import { ManifestError } from "./manifest-error.ts";
import { nearest } from "../errors/nearest.ts";
import type { Place } from "./place.ts";
import { formatPath, type MapNode } from "./tree.ts";

export interface LoadedBottle {
  readonly file: FoundFile;
  readonly tree: MapNode;
}

/** A bottle's name and where it is written; no place when the command line named it. */
export interface BottleMention {
  readonly name: string;
  readonly place?: Place | undefined;
  readonly key?: string | undefined;
}

export interface BottleSource {
  readonly bottles: ReadonlyMap<string, FoundFile>;
  readonly load: (file: FoundFile) => MapNode;
}

function parentsOf(tree: MapNode): readonly BottleMention[] {
  const value = tree.entries.get("extends")?.value;
  if (value?.kind === "list") {
    return value.items.flatMap((item, index) =>
      item.kind === "scalar" ? [{ name: item.source, place: item.place, key: formatPath(["extends", index]) }] : [],
    );
  }
  return value?.kind === "scalar" ? [{ name: value.source, place: value.place, key: "extends" }] : [];
}

function unknownBottle({ name, place, key }: BottleMention, known: Iterable<string>): ManifestError {
  const suggestion = nearest(name, known);
  const meant = suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
  const shown = escapeForDisplay(name);
  const message = `there is no bottle "${shown}"`;
  const hint = "Run `bot-bottle list bottles` to see the bottles that there are.";
  if (place !== undefined) {
    return new ManifestError("BB_MANIFEST_NOT_FOUND", [{ ...place, message, key, suggestion }], { hint });
  }
  return new ManifestError("BB_MANIFEST_NOT_FOUND", [], { message: `There is no bottle "${shown}"${meant}.`, hint });
}

function cycle(chain: readonly string[], { name, place, key }: BottleMention): ManifestError {
  const circle = [...chain.slice(chain.indexOf(name)), name].join(" → ");
  const hint = "Remove one `extends` of the circle.";
  const issues = place === undefined ? [] : [{ ...place, key, message: `bottles extend each other: ${circle}` }];
  return new ManifestError("BB_MANIFEST_CYCLE", issues, { hint });
}

/**
 * Bottles in merge order: parents before children, left before right, each once however often it is inherited.
 * @throws ManifestError `BB_MANIFEST_NOT_FOUND`, `BB_MANIFEST_CYCLE`, and what reading a bottle throws
 */
export function chainBottles(mentions: readonly BottleMention[], source: BottleSource): readonly LoadedBottle[] {
  const ordered = new Map<string, LoadedBottle>();
  const visit = (mention: BottleMention, chain: readonly string[]): void => {
    const { name } = mention;
    if (chain.includes(name)) throw cycle(chain, mention);
    if (ordered.has(name)) return;
    const file = source.bottles.get(name);
    if (file === undefined) throw unknownBottle(mention, source.bottles.keys());
    const tree = source.load(file);
    for (const parent of parentsOf(tree)) visit(parent, [...chain, name]);
    ordered.set(name, { file, tree });
  };
  for (const mention of mentions) visit(mention, []);
  return [...ordered.values()];
}
