import { pathMatchProblem } from "../../policy/path-match.ts";
import type { PathMatch, RequestMatch } from "../../policy/route.ts";
import type { Field, ReadContext, Section } from "../section.ts";

const NEVER_SENT = new Set(["TRACE", "TRACK", "CONNECT"]);

function readPath(path: Section, context: ReadContext): PathMatch | undefined {
  const type = path.text("type")?.value;
  const value = path.text("value");
  if (value === undefined || (type !== "exact" && type !== "prefix" && type !== "regex")) return undefined;
  const match: PathMatch = { type, value: value.value };
  const problem = pathMatchProblem(match);
  if (problem !== undefined) context.issues.addKey(value.place, value.key, `can never match: ${problem}`);
  return match;
}

function readMethod({ value, place, key }: Field<string>, context: ReadContext): string {
  const method = value.toUpperCase();
  if (NEVER_SENT.has(method)) context.issues.addKey(place, key, `can never match: ${method} is refused`);
  return method;
}

function readHeader(header: Section): RequestMatch["headers"] {
  const name = header.text("name")?.value;
  const value = header.text("value")?.value;
  return name === undefined || value === undefined ? [] : [{ name: name.toLowerCase(), value }];
}

/** `matches` of a route, methods in upper case and header names in lower case. */
export function readMatches(matches: readonly Section[], context: ReadContext): readonly RequestMatch[] {
  return matches.map((match) => ({
    paths: match.sections("paths").flatMap((path) => readPath(path, context) ?? []),
    methods: match.texts("methods").map((method) => readMethod(method, context)),
    headers: match.sections("headers").flatMap(readHeader),
  }));
}
