import type { SpecRoute } from "../bottle/spec.ts";
import type { EgressRoute } from "../policy/route.ts";
import type { IssueList } from "./issue-list.ts";
import type { Field } from "./section.ts";

export interface PlacedRoute {
  readonly route: SpecRoute;
  readonly field: Field<unknown>;
}

/** Fields that name a route and not what it allows. */
const IDENTITY: ReadonlySet<keyof EgressRoute> = new Set(["id", "host", "port", "scheme", "from", "provider"]);

/** The earlier route with the fields that the later one wrote; both places, for both decided the result. */
function overrideRoute(earlier: SpecRoute, later: SpecRoute): SpecRoute {
  const replaced = later.written.filter((field) => !IDENTITY.has(field));
  const kept = Object.entries(earlier).filter(([field]) => !replaced.includes(field as keyof EgressRoute));
  const taken = replaced.flatMap((field) => (later[field] === undefined ? [] : [[field, later[field]]]));
  return {
    ...(Object.fromEntries([...kept, ...taken]) as unknown as SpecRoute),
    from: `${earlier.from}, ${later.from}`,
    override: earlier.override,
    written: [...new Set([...earlier.written, ...later.written])],
  };
}

/**
 * Folds routes of one host and port. A second one is an issue that names both places, unless it overrides; an
 * override that finds nothing is kept: it may be meant for a route of the provider.
 */
export function foldRoutes(routes: readonly PlacedRoute[], issues: IssueList): readonly SpecRoute[] {
  const folded = new Map<string, SpecRoute>();
  for (const { route, field } of routes) {
    const earlier = folded.get(route.id);
    if (earlier === undefined) folded.set(route.id, route);
    else if (route.override) folded.set(route.id, overrideRoute(earlier, route));
    else {
      issues.addKey(field.place, field.key, `is a second entry for "${route.id}", after ${earlier.from}`);
    }
  }
  return [...folded.values()];
}
