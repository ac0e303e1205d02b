import { Composer, type Document, LineCounter } from "yaml";
import { type IssueList, MAX_ISSUES } from "./issue-list.ts";
import type { Place } from "./place.ts";
import { TreeBuilder } from "./tree-builder.ts";
import { emptyMap, type MapNode } from "./tree.ts";
import { readTokens } from "./yaml-guard.ts";
import { yamlProblem } from "./yaml-problems.ts";

/** The parser takes up to a second for a hostile text of this size. */
const MAX_YAML_LENGTH = 64 * 1024;
// eslint-disable-next-line no-control-regex -- what YAML itself excludes
const NOT_YAML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

export interface YamlSource {
  readonly text: string;
  readonly path: string;
  /** line of the file that the text begins on, 1-based */
  readonly firstLine: number;
}

/** A YAML 1.2 text in the core schema as a tree with places; undefined when something was added to the issues. */
export function parseYaml({ text, path, firstLine }: YamlSource, issues: IssueList): MapNode | undefined {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { path, line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1) };
  };
  const top: Place = { path, line: firstLine, column: 1 };
  if (text.length > MAX_YAML_LENGTH) {
    issues.add(top, `the YAML is larger than ${MAX_YAML_LENGTH / 1024} KiB`);
    return undefined;
  }
  const control = NOT_YAML.exec(text);
  const read = readTokens(text, lines.addNewLine);
  if (control !== null) issues.add(placeOf(control.index), "a control character cannot stand in YAML");
  if (read.kind === "problem") issues.add(placeOf(read.problem.offset), read.problem.message);
  if (read.kind === "problem" || !issues.isEmpty()) return undefined;
  const document = compose(read.tokens, text.length);
  for (const { pos, code } of document.errors.slice(0, MAX_ISSUES)) issues.add(placeOf(pos[0]), yamlProblem(code));
  if (!issues.isEmpty()) return undefined;
  const builder = new TreeBuilder(placeOf, issues);
  const root = document.contents === null ? emptyMap(top) : builder.build(document.contents);
  if (root?.kind === "scalar" && root.isEmpty) return emptyMap(top);
  if (root !== undefined && root.kind !== "map") issues.add(root.place, "must be a map: lines of `key: value`");
  return root?.kind === "map" && issues.isEmpty() ? root : undefined;
}

function compose(tokens: Iterable<Parameters<Composer["next"]>[0]>, length: number): Document.Parsed {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    uniqueKeys: false,
    logLevel: "silent",
  });
  const [document] = composer.compose(tokens, true, length);
  if (document === undefined) throw new TypeError("The composer made no document although it was told to.");
  return document;
}
