import { quoteYaml } from "./quote.ts";
import type { EgressRoute, PathMatch, RequestMatch } from "./route.ts";

const HTTPS_PORT = 443;
const HTTP_PORT = 80;
const MAX_PATH_LENGTH = 512;
const EVERYTHING: RequestMatch = { paths: [{ type: "prefix", value: "/" }], methods: [], headers: [] };

export interface Authority {
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
}

/** What a route must gain for a request to pass. */
export interface RouteGain {
  readonly matches?: readonly RequestMatch[] | undefined;
  readonly gitFetch?: boolean | undefined;
  readonly websocket?: boolean | undefined;
}

const list = (items: readonly string[]): string => `[${items.join(", ")}]`;
const pathLine = ({ type, value }: PathMatch): string => `{ type: ${type}, value: ${quoteYaml(value)} }`;

function matchLines(match: RequestMatch): string[] {
  const lines: string[] = [];
  if (match.methods.length > 0) lines.push(`methods: ${list(match.methods.map(quoteYaml))}`);
  if (match.paths.length > 0) lines.push(`paths: ${list(match.paths.map(pathLine))}`);
  const headers = match.headers.map(({ name, value }) => `{ name: ${quoteYaml(name)}, value: ${quoteYaml(value)} }`);
  if (headers.length > 0) lines.push(`headers: ${list(headers)}`);
  return lines.map((line, index) => `${index === 0 ? "      - " : "        "}${line}`);
}

function gainLines({ matches = [], gitFetch, websocket }: RouteGain): string[] {
  return [
    ...(gitFetch === true ? ["    git: { fetch: true }"] : []),
    ...(websocket === true ? ["    websocket: true"] : []),
    ...(matches.length > 0 ? ["    matches:", ...matches.flatMap(matchLines)] : []),
  ];
}

/** The manifest writes no scheme: port 80 is cleartext, every other port is TLS. */
const canBeWritten = ({ scheme, port }: Authority): boolean => (scheme === "http") === (port === HTTP_PORT);

function routeLines(authority: Authority, lines: readonly string[]): string {
  const port = authority.port === HTTPS_PORT ? [] : [`    port: ${authority.port}`];
  return ["routes:", `  - host: ${quoteYaml(authority.host)}`, ...port, ...lines, ""].join("\n");
}

const isTooLong = (gain: RouteGain): boolean =>
  (gain.matches ?? []).some(({ paths }) => paths.some(({ value }) => value.length > MAX_PATH_LENGTH));

/** One entry of `matches` for one method on one path. */
export function matchOf(method: string, path: string): RequestMatch {
  return { methods: [method], paths: [{ type: "exact", value: path }], headers: [] };
}

/**
 * YAML lines under `egress:` for a host without a route. Undefined when no line can say it: a scheme that the port does
 * not imply, or a path of more than 512 characters.
 */
export function snippetForHost(authority: Authority, gain: RouteGain): string | undefined {
  if (!canBeWritten(authority) || isTooLong(gain)) return undefined;
  return routeLines(authority, gainLines(gain));
}

/**
 * YAML lines under `egress:` for a route that lacks something: an override, which replaces the keys that it writes, and
 * so repeats the conditions that the route has. Undefined as for {@link snippetForHost}.
 */
export function snippetForRoute(route: EgressRoute, gain: RouteGain): string | undefined {
  if (!canBeWritten(route) || isTooLong(gain)) return undefined;
  const kept =
    route.matches.length === 0 ? [EVERYTHING] : route.matches.filter((match) => matchLines(match).length > 0);
  const matches = gain.matches === undefined ? [] : [...gain.matches, ...kept];
  return routeLines(route, ["    override: true", ...gainLines({ ...gain, matches })]);
}
