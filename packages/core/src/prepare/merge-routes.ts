import type { SpecRoute } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { EgressRoute } from "../policy/route.ts";

/** Fields that name a route and not what it allows; an override leaves them. */
const IDENTITY: ReadonlySet<keyof EgressRoute> = new Set(["id", "host", "port", "scheme", "from", "provider"]);

const keyOf = (route: EgressRoute): string => `${route.host}:${route.port}`;

function withoutSpecKeys({ override: _override, written: _written, ...route }: SpecRoute): EgressRoute {
  return route;
}

/** The earlier route with the keys that the override wrote; a provider's `auth` and `matches` stay otherwise. */
function overridden(earlier: EgressRoute, later: SpecRoute): EgressRoute {
  const written = later.written.filter((field) => !IDENTITY.has(field));
  const replaced = Object.fromEntries(written.map((field) => [field, later[field]]));
  return { ...earlier, ...replaced, from: `${earlier.from}, ${later.from}` };
}

function conflict(message: string, hint: string): BotBottleError {
  return new BotBottleError("BB_MANIFEST_CONFLICT", message, { hint });
}

/**
 * Provider routes and manifest routes as one list, one entry for each host and port.
 * @throws BotBottleError `BB_MANIFEST_CONFLICT` naming both places, unless the later one says `override: true`
 */
export function mergeRoutes(provider: readonly EgressRoute[], manifest: readonly SpecRoute[]): readonly EgressRoute[] {
  const routes = new Map<string, EgressRoute>();
  for (const route of provider) {
    if (routes.has(keyOf(route))) throw new TypeError(`${route.from} has two routes for ${keyOf(route)}`);
    routes.set(keyOf(route), route);
  }
  for (const route of manifest) {
    const key = keyOf(route);
    const earlier = routes.get(key);
    if (earlier !== undefined && !route.override) {
      throw conflict(
        `${route.from}: the host "${key}" is already declared by ${earlier.from}.`,
        "Write `override: true` in the later entry to replace only the keys that it writes, or remove one.",
      );
    }
    if (earlier === undefined && route.override) {
      throw conflict(
        `${route.from}: there is no earlier entry for "${key}" to override.`,
        "Remove `override: true`, or check the host and the port.",
      );
    }
    routes.set(key, earlier === undefined ? withoutSpecKeys(route) : overridden(earlier, route));
  }
  return [...routes.values()];
}
