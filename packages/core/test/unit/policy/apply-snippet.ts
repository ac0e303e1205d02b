import { parse } from "yaml";
import type { EgressPolicy, EgressRoute, RequestMatch } from "../../../src/policy/route.ts";
import { sampleMatch, sampleRoute } from "./samples.ts";

interface Entry extends Pick<Partial<EgressRoute>, "port" | "git" | "websocket"> {
  readonly host: string;
  readonly override?: boolean;
  readonly matches?: readonly Partial<RequestMatch>[];
}

/** The policy after a human has pasted a snippet into the bottle. */
export function applySnippet(policy: EgressPolicy, snippet: string): EgressPolicy {
  const { routes: entries } = parse(snippet) as { routes: readonly Entry[] };
  let { routes } = policy;
  for (const { override = false, matches, ...entry } of entries) {
    const written = { ...entry, ...(matches === undefined ? {} : { matches: matches.map(sampleMatch) }) };
    const added = sampleRoute(written);
    const earlier = routes.find(({ id }) => id === added.id);
    if ((earlier !== undefined) !== override) throw new Error(`override must agree with whether ${added.id} exists`);
    const merged = earlier === undefined ? added : { ...earlier, ...written, from: `${earlier.from}, dev.md:9:5` };
    routes = [...routes.filter((route) => route !== earlier), merged];
  }
  return { ...policy, routes };
}
