import type { PathMatch, RequestMatch } from "../../policy/route.ts";
import type { Field, ReadContext, Section } from "../section.ts";

const NEVER_SENT = new Set(["TRACE", "TRACK", "CONNECT"]);

function isPattern(source: string): boolean {
  try {
    new RegExp(`^(?:${source})$`, "u");
    return true;
  } catch {
    return false;
  }
}

/** Why no request could ever match a path. */
function pathProblem(type: PathMatch["type"], value: string): string | undefined {
  if (type === "regex") return isPattern(value) ? undefined : "is not a regular expression";
  if (!value.startsWith("/")) return "must begin with `/`";
  if (/[?#]/.test(value)) return "must be a path without query: the query is not compared";
  if (/[\s\\]|[^\x21-\x7e]/.test(value)) return "must be plain ASCII without blanks and `\\`";
  if (/\/\.{1,2}(?:\/|$)|\/\/|;/.test(value)) return "can never match: `.`, `..`, `//` and `;` are refused in paths";
  return undefined;
}

function readPath(path: Section, context: ReadContext): PathMatch | undefined {
  const type = path.text("type")?.value;
  const value = path.text("value");
  if (value === undefined || (type !== "exact" && type !== "prefix" && type !== "regex")) return undefined;
  const problem = pathProblem(type, value.value);
  if (problem !== undefined) context.issues.addKey(value.place, value.key, problem);
  return { type, value: value.value };
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
