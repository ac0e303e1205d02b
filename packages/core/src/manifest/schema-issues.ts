import type { SchemaError, SchemaValidator } from "./generated/validators.mjs";
import type { IssueList } from "./issue-list.ts";
import { nearest } from "../errors/nearest.ts";
import {
  childrenOf,
  formatPath,
  keyPlaceAt,
  type MapNode,
  nodeAt,
  placeAt,
  toPlain,
  type Tree,
  type TreePath,
} from "./tree.ts";

const TYPES: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
};

function typeRule(types: unknown): string {
  const names = (Array.isArray(types) ? types : [types]).filter((name) => name !== "null");
  return `must be ${names.map((name) => TYPES[String(name)] ?? String(name)).join(" or ")}`;
}

/** What a broken keyword asks for, as the end of a sentence that the key begins. */
function ruleOf({ keyword, params, parentSchema }: SchemaError): string {
  const own = parentSchema[keyword === "pattern" ? "patternErrorMessage" : "errorMessage"];
  if (typeof own === "string") return own;
  switch (keyword) {
    case "type":
      return typeRule(params["type"]);
    case "enum":
      return `must be one of ${(params["allowedValues"] as readonly string[]).join(", ")}`;
    case "minimum":
      return `must be at least ${String(params["limit"])}`;
    case "maximum":
      return `must be at most ${String(params["limit"])}`;
    case "minItems":
      return "must not be empty";
    case "uniqueItems":
      return "has an entry twice";
    default:
      return "is not allowed";
  }
}

/** Path of a JSON pointer; the indexes of lists as numbers. */
function toPath(pointer: string, root: Tree): TreePath {
  let node: Tree | undefined = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const step = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const typed = node?.kind === "list" ? Number(step) : step;
      node = node === undefined ? undefined : nodeAt(node, [typed]);
      return typed;
    });
}

function addUnknownKey({ params, parentSchema }: SchemaError, path: TreePath, tree: Tree, issues: IssueList): void {
  const key = String(params["additionalProperty"]);
  const allowed = Object.keys(parentSchema["properties"] ?? {});
  const inside = path.length === 0 ? "" : ` in "${formatPath(path)}"`;
  const meant = nearest(key, allowed);
  const place = keyPlaceAt(tree, [...path, key]);
  const choice = meant === undefined && allowed.length > 0 ? `; allowed: ${allowed.join(", ")}` : "";
  issues.add(place, `unknown key "${key}"${inside}${choice}`, { key: formatPath([...path, key]), suggestion: meant });
}

function addError(error: SchemaError, tree: Tree, issues: IssueList): void {
  const path = toPath(error.instancePath, tree);
  const { keyword, params, propertyName } = error;
  if (keyword === "additionalProperties") addUnknownKey(error, path, tree, issues);
  else if (propertyName !== undefined) {
    const place = keyPlaceAt(tree, [...path, propertyName]);
    issues.addKey(place, formatPath([...path, propertyName]), ruleOf(error));
  } else if (keyword === "required") {
    const key = formatPath([...path, String(params["missingProperty"])]);
    issues.addKey(placeAt(tree, path), key, "is missing");
  } else if (keyword !== "propertyNames") {
    issues.addKey(placeAt(tree, path), formatPath(path), ruleOf(error), suggestionFor(error, path, tree));
  }
}

function suggestionFor({ keyword, params }: SchemaError, path: TreePath, tree: Tree): string | undefined {
  const node = nodeAt(tree, path);
  if (keyword !== "enum" || node?.kind !== "scalar") return undefined;
  const allowed = (params["allowedValues"] as readonly unknown[]).filter((value) => typeof value === "string");
  return nearest(node.source, allowed);
}

/** Values that nobody wrote: a key with nothing after it, left by a line that was commented out. */
function addEmpty(tree: Tree, path: TreePath, isFree: (path: TreePath) => boolean, issues: IssueList): void {
  if (isFree(path)) return;
  if (tree.kind === "scalar" && tree.isEmpty) {
    issues.addKey(tree.place, formatPath(path), "has no value; write one, or remove the line");
  }
  if (tree.kind === "map") {
    for (const [key, { value }] of tree.entries) addEmpty(value, [...path, key], isFree, issues);
  } else {
    childrenOf(tree).forEach((child, index) => {
      addEmpty(child, [...path, index], isFree, issues);
    });
  }
}

/**
 * Adds what a schema says about a file's tree.
 * @param isFree true for a path below which an empty value is nobody's business
 */
export function checkSchema(
  tree: MapNode,
  validate: SchemaValidator,
  issues: IssueList,
  isFree: (path: TreePath) => boolean = () => false,
): void {
  addEmpty(tree, [], isFree, issues);
  if (validate(toPlain(tree))) return;
  for (const error of validate.errors ?? []) addError(error, tree, issues);
}
