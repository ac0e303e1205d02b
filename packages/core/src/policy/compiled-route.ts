import type { Allowance } from "./decision.ts";
import { HostTable } from "./host-table.ts";
import { type CompiledMatch, compileMatch } from "./request-match.ts";
import type { EgressRoute } from "./route.ts";

export interface CompiledRoute {
  readonly route: EgressRoute;
  readonly matches: readonly CompiledMatch[];
  /** first line of every explanation */
  readonly line: string;
  /** by the entry of `matches` that held; one allowance for a route without entries */
  readonly allowances: readonly Allowance[];
}

function compileRoute(route: EgressRoute): CompiledRoute {
  const line = `Route ${route.id} (${route.from}) covers the host.`;
  const matches = route.matches.map(compileMatch);
  const reasons =
    matches.length === 0
      ? ["It allows every request to the host."]
      : matches.map(({ description }, index) => `Entry ${index + 1} of its matches holds: ${description}.`);
  const allowances = reasons.map((reason): Allowance => ({ outcome: "allow", route, explanation: [line, reason] }));
  return { route, matches, line, allowances };
}

/** @throws TypeError for a route whose host or path cannot be read */
export function compileRoutes(routes: readonly EgressRoute[]): HostTable<CompiledRoute> {
  return new HostTable(routes.map((route) => [route.host, compileRoute(route)] as const));
}
