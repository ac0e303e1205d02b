import { compilePathMatch, compilePathRefusal, type PathTest, type ReadablePath } from "./path-match.ts";
import { quoteShort } from "./quote.ts";
import type { PathMatch, RequestMatch } from "./route.ts";

/** Headers in order, names in lower case, repeats kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface MatchInput {
  readonly method: string;
  readonly path: ReadablePath;
  readonly headers: HeaderList;
}

export interface CompiledMatch {
  /** e.g. `GET, POST on exact "/v1/messages"` */
  readonly description: string;
  readonly matches: (input: MatchInput) => boolean;
  /** the request matches, and by an `exact` path */
  readonly matchesExactly: (input: MatchInput) => boolean;
  /** the first condition that the request does not satisfy, as half a sentence */
  readonly mismatch: (input: MatchInput) => string;
}

type HeaderMatch = RequestMatch["headers"][number];

const describePath = (path: PathMatch): string => `${path.type} ${quoteShort(path.value)}`;

function describe(match: RequestMatch): string {
  const methods = match.methods.length === 0 ? "every method" : match.methods.join(", ");
  const paths = match.paths.length === 0 ? "every path" : match.paths.map(describePath).join(" or ");
  const headers = match.headers.map(({ name }) => ` with header ${quoteShort(name)}`).join("");
  return `${methods} on ${paths}${headers}`;
}

/** True when the header is there and no line of it says something else: servers differ in which line they believe. */
const hasHeader = (headers: HeaderList, { name, value }: HeaderMatch): boolean => {
  const lines = headers.filter(([candidate]) => candidate === name);
  return lines.length > 0 && lines.every(([, line]) => line.trim() === value);
};

/**
 * Compiles one entry of `matches`: method, path and headers must all hold. The method is compared letter for letter;
 * GET does not stand for HEAD. Several paths are alternatives, and one of them must hold for every reading of the path.
 * @throws TypeError for a path that `pathMatchProblem` complains about
 */
export function compileMatch(match: RequestMatch): CompiledMatch {
  const methods = new Set(match.methods);
  const paths = match.paths.map((path) => ({ isExact: path.type === "exact", test: compilePathMatch(path) }));
  const { headers } = match;
  const othersHold = (input: MatchInput): boolean =>
    (methods.size === 0 || methods.has(input.method)) && headers.every((header) => hasHeader(input.headers, header));
  return {
    description: describe(match),
    matches: (input) => othersHold(input) && (paths.length === 0 || paths.some(({ test }) => test(input.path))),
    matchesExactly: (input) => othersHold(input) && paths.some(({ isExact, test }) => isExact && test(input.path)),
    mismatch: (input) => {
      if (methods.size > 0 && !methods.has(input.method)) return "another method";
      if (paths.length > 0 && !paths.some(({ test }) => test(input.path))) return "another path";
      return "another header";
    },
  };
}

/**
 * Compiles an entry of a provider's list of refused requests: any reading of the path and any line of a header is
 * enough.
 * @throws TypeError for a path that `pathMatchProblem` complains about
 */
export function compileRefusalMatch(match: RequestMatch): (input: MatchInput) => boolean {
  const methods = new Set(match.methods);
  const paths: readonly PathTest[] = match.paths.map(compilePathRefusal);
  const { headers } = match;
  return (input) =>
    (methods.size === 0 || methods.has(input.method)) &&
    (paths.length === 0 || paths.some((test) => test(input.path))) &&
    headers.every(({ name, value }) =>
      input.headers.some(([candidate, line]) => candidate === name && line.trim() === value),
    );
}
