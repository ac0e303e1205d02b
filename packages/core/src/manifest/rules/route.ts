import type { SpecRoute } from "../../bottle/spec.ts";
import type { EgressRoute } from "../../policy/route.ts";
import { formatPlace } from "../place.ts";
import type { ReadContext, Section } from "../section.ts";
import { readHost } from "./host.ts";
import { parseWholeRange } from "./ip-range.ts";
import { readMatches } from "./matches.ts";
import { readRouteAuth } from "./route-auth.ts";

/** Manifest keys by the field of a route that they write. */
const WRITES: readonly (readonly [key: string, fields: readonly (keyof EgressRoute)[]])[] = [
  ["host", ["host"]],
  ["port", ["port", "scheme"]],
  ["auth", ["auth"]],
  ["agent_credentials", ["agentCredentials"]],
  ["matches", ["matches"]],
  ["git", ["git"]],
  ["websocket", ["websocket"]],
  ["allow_private", ["allowPrivate"]],
];

const CLEARTEXT_PORT = 80;

function readAllowPrivate(route: Section, context: ReadContext): readonly string[] {
  return route.texts("allow_private").map(({ value, place, key }) => {
    if (parseWholeRange(value) === undefined)
      context.issues.addKey(place, key, "must be a range such as 10.1.0.0/16, without host bits");
    return value;
  });
}

function checkOverride(route: Section, context: ReadContext): void {
  const auth = route.node("auth");
  const isNull = auth?.value.kind === "scalar" && auth.value.value === null;
  if (isNull && route.flag("override")?.value !== true) {
    context.issues.addKey(auth.place, auth.key, "may be null only with `override: true`, to remove an earlier one");
  }
}

/** One entry of `egress.routes` with the defaults; undefined without a usable host. */
export function readRoute(route: Section, context: ReadContext): SpecRoute | undefined {
  const host = readHost(route.text("host"), context);
  const port = route.number("port")?.value ?? 443;
  const scheme = port === CLEARTEXT_PORT ? "http" : "https";
  const matches = readMatches(route.sections("matches"), context);
  const allowPrivate = readAllowPrivate(route, context);
  const auth = readRouteAuth(route.section("auth"), { host: host ?? "", scheme }, context);
  checkOverride(route, context);
  if (host === undefined || route.place === undefined) return undefined;
  return {
    id: `${host}:${port}`,
    host,
    port,
    scheme,
    from: formatPlace(route.place),
    ...(auth === undefined ? {} : { auth }),
    agentCredentials: route.flag("agent_credentials")?.value ?? false,
    matches,
    git: { fetch: route.section("git").flag("fetch")?.value ?? false },
    websocket: route.flag("websocket")?.value ?? true,
    allowPrivate,
    override: route.flag("override")?.value ?? false,
    written: WRITES.flatMap(([key, fields]) => (route.node(key) === undefined ? [] : fields)),
  };
}
