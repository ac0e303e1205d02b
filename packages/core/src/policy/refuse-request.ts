import { type Asked, type HeaderFacts, isForwardedMethod, NEVER_METHODS, wantedMatches } from "./asked.ts";
import type { CompiledRoute } from "./compiled-route.ts";
import type { Refusal } from "./decision.ts";
import { type CompiledProviderRule, findProviderRule, isManifestRoute } from "./provider-rules.ts";
import type { HostTable } from "./host-table.ts";
import { quoteShort } from "./quote.ts";
import { createRefusal, type RefusalDetails, websocketStatus } from "./refusal.ts";
import type { MatchInput } from "./request-match.ts";
import { snippetForRoute } from "./snippet.ts";

const GIT_GATE = "Declare the repository under `git-gate:` and push through it; egress never carries a push.";

const decidedBy = ({ route, line }: CompiledRoute): Pick<RefusalDetails, "rule" | "explanation"> => ({
  rule: route.id,
  explanation: [line],
});

/** Methods and headers that reflect a request or address a proxy are refused on every route. */
export function refuseMethod(method: string, facts: HeaderFacts, compiled: CompiledRoute): Refusal | undefined {
  const shared = decidedBy(compiled);
  if (NEVER_METHODS.has(method.toUpperCase())) {
    return createRefusal("method_not_allowed", { ...shared, reason: `The method ${method} is never forwarded.` });
  }
  if (!isForwardedMethod(method)) {
    const reason = `The method ${quoteShort(method)} is not a method name in upper case.`;
    return createRefusal("method_not_allowed", { ...shared, reason, hint: "Write the method in upper case." });
  }
  if (!facts.hasMaxForwards) return undefined;
  const reason = "The header Max-Forwards is never forwarded.";
  return createRefusal("invalid_request", { ...shared, reason, hint: "Leave the header out." });
}

/** A human's own entry that names the path letter by letter outweighs a provider's list. */
const isNamedByManifest = ({ route, matches }: CompiledRoute, input: MatchInput): boolean =>
  isManifestRoute(route) && matches.some(({ matchesExactly }) => matchesExactly(input));

export function refuseByProvider(
  rules: HostTable<CompiledProviderRule>,
  asked: Asked,
  compiled: CompiledRoute,
): Refusal | undefined {
  const found = findProviderRule(rules, asked.host, asked.input);
  if (found === undefined || isNamedByManifest(compiled, asked.input)) return undefined;
  const { rule, id } = found;
  const isQuiet = rule.kind === "quiet";
  return createRefusal(isQuiet ? "provider_quiet" : "provider_refused", {
    ...websocketStatus(asked.facts),
    rule: id,
    explanation: [compiled.line],
    reason: `The profile of provider ${rule.provider} ${isQuiet ? "drops" : "refuses"} this request: ${rule.reason}.`,
    manifestSnippet: snippetForRoute(compiled.route, { matches: wantedMatches(asked) }),
  });
}

/** Pushes and LFS writes are refused on every route, fetches unless the route says `git.fetch`. */
export function refuseGit({ git, facts }: Asked, compiled: CompiledRoute): Refusal | undefined {
  const shared = { ...websocketStatus(facts), ...decidedBy(compiled) };
  const { route } = compiled;
  switch (git) {
    case undefined:
      return undefined;
    case "push":
      return createRefusal("git_push", {
        ...shared,
        reason: "A git push over HTTP is never forwarded.",
        hint: GIT_GATE,
      });
    case "lfs-upload":
      return createRefusal("git_push", { ...shared, reason: "A write to git LFS is never forwarded.", hint: GIT_GATE });
    case "fetch":
    case "lfs-batch": {
      if (route.git.fetch) return undefined;
      const reason = "The route does not allow git fetch over HTTP.";
      return createRefusal("git_fetch", {
        ...shared,
        reason,
        manifestSnippet: snippetForRoute(route, { gitFetch: true }),
      });
    }
  }
}

export function refuseNoMatch(asked: Asked, { route, line, matches }: CompiledRoute): Refusal {
  const { request, input, facts } = asked;
  const entries = matches.map(
    (match, index) => `Entry ${index + 1} of its matches asks for ${match.mismatch(input)}: ${match.description}.`,
  );
  return createRefusal("no_match", {
    ...websocketStatus(facts),
    rule: route.id,
    explanation: [line, ...entries],
    reason: `No entry of the route's matches allows ${request.method} on ${quoteShort(input.path.raw)}.`,
    manifestSnippet: snippetForRoute(route, { matches: wantedMatches(asked) }),
  });
}

export function refuseWebSocket(compiled: CompiledRoute): Refusal {
  return createRefusal("websocket_refused", {
    ...decidedBy(compiled),
    reason: "The route does not allow WebSockets.",
    manifestSnippet: snippetForRoute(compiled.route, { websocket: true }),
  });
}
