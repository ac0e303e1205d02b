import { compilePathRegex } from "./path-regex.ts";
import { type PathReadings, readPath } from "./path-readings.ts";
import type { PathMatch } from "./route.ts";

/** A request path that could be read. */
export type ReadablePath = Extract<PathReadings, { kind: "read" }>;

export type PathTest = (path: ReadablePath) => boolean;

function readValue(match: PathMatch): ReadablePath {
  const value = readPath(match.value);
  if (value.kind === "refused") throw new TypeError(`path ${JSON.stringify(match.value)}: ${value.why}`);
  return value;
}

function readRegex(match: PathMatch, ignoreCase: boolean): (text: string) => boolean {
  const regex = compilePathRegex(match.value, { ignoreCase });
  if (regex.kind === "invalid") throw new TypeError(`path pattern ${JSON.stringify(match.value)}: ${regex.why}`);
  return regex.test;
}

/** True when the path is the prefix, or goes on after it with a new segment. */
function hasPrefix(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith("/") || path.charCodeAt(prefix.length) === 0x2f;
}

/**
 * Compiles a condition that allows: true only if every reading of the request path satisfies it. A value that has
 * escapes itself (`/projects/acme%2Fwidget`) has several readings too: the path as sent must agree with the value as
 * written, and every other reading with one of the value's own.
 * @throws TypeError when {@link pathMatchProblem} has something to say
 */
export function compilePathMatch(match: PathMatch): PathTest {
  if (match.type === "regex") {
    const test = readRegex(match, false);
    return ({ readings }) => readings.every(test);
  }
  const { raw, readings: own } = readValue(match);
  if (match.type === "exact") return (path) => path.raw === raw;
  return (path) =>
    hasPrefix(path.raw, raw) && path.readings.every((reading) => own.some((prefix) => hasPrefix(reading, prefix)));
}

const withoutEndSlash = (path: string): string => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);

/**
 * Compiles a condition that refuses: true if any reading of the request path satisfies it, whatever the case of its
 * letters and with or without a slash at its end.
 * @throws TypeError when {@link pathMatchProblem} has something to say
 */
export function compilePathRefusal(match: PathMatch): PathTest {
  const loose = (path: string): string => withoutEndSlash(path).toLowerCase();
  if (match.type === "regex") {
    const test = readRegex(match, true);
    return ({ readings }) => readings.some((reading) => test(reading) || test(withoutEndSlash(reading)));
  }
  const own = readValue(match).readings.map(loose);
  const test = match.type === "exact" ? (path: string, value: string) => path === value : hasPrefix;
  return ({ readings }) => readings.map(loose).some((reading) => own.some((value) => test(reading, value)));
}

/** Why a condition of a manifest can never be satisfied or cannot be run; undefined for a good one. */
export function pathMatchProblem(match: PathMatch): string | undefined {
  if (match.type === "regex") {
    const regex = compilePathRegex(match.value, { ignoreCase: false });
    return regex.kind === "invalid" ? regex.why : undefined;
  }
  const value = readPath(match.value);
  return value.kind === "refused" ? value.why : undefined;
}
