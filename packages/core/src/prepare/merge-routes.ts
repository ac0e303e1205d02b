import type { SpecRoute } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { EgressRoute } from "../policy/route.ts";

const keyOf = (route: EgressRoute): string => `${route.host}:${route.port}`;

function withoutSpecKeys({ override: _override, written: _written, ...route }: SpecRoute): EgressRoute {
  return route;
}

/** The earlier route with the keys that the override wrote; a provider's `auth` and `matches` stay otherwise. */
function overridden(earlier: EgressRoute, later: SpecRoute): EgressRoute {
  const replaced = Object.fromEntries(later.written.map((key) => [key, later[key]]));
  return { ...earlier, ...replaced, id: earlier.id, from: `${earlier.from}, ${later.from}` };
}

/**
 * Provider routes and manifest routes as one list, one entry for each host and port.
 * @throws BotBottleError `BB_MANIFEST_CONFLICT` naming both places, unless the later one says `override: true`
 */
export function mergeRoutes(provider: readonly EgressRoute[], manifest: readonly SpecRoute[]): readonly EgressRoute[] {
  const routes = new Map(provider.map((route) => [keyOf(route), route]));
  for (const route of manifest) {
    const key = keyOf(route);
    const earlier = routes.get(key);
    if (earlier !== undefined && !route.override) {
      throw new BotBottleError(
        "BB_MANIFEST_CONFLICT",
        `${route.from}: the host "${key}" is already declared by ${earlier.from}.`,
        { hint: "Write `override: true` in the later entry to replace only the keys that it writes, or remove one." },
      );
    }
    if (earlier === undefined && route.override) {
      throw new BotBottleError(
        "BB_MANIFEST_CONFLICT",
        `${route.from}: there is no earlier entry for "${key}" to override.`,
        {
          hint: "Remove `override: true`, or check the host and the port.",
        },
      );
    }
    routes.set(key, earlier === undefined ? withoutSpecKeys(route) : overridden(earlier, route));
  }
  return [...routes.values()];
}
