import { type Asked, isForwardedMethod, wantedMatches } from "./asked.ts";
import type { Refusal } from "./decision.ts";
import { type CompiledProviderRule, findProviderRule } from "./provider-rules.ts";
import type { HostTable } from "./host-table.ts";
import { quoteShort } from "./quote.ts";
import { createRefusal, type RefusalDetails, websocketStatus } from "./refusal.ts";
import type { EgressRoute } from "./route.ts";
import { type Authority, snippetForHost } from "./snippet.ts";

export function refuseAddressAsHost(host: string): Refusal {
  return createRefusal("ip_literal", {
    reason: `The host ${quoteShort(host)} is an IP address; only declared names are reached.`,
    hint: "Use the host's name.",
  });
}

export function refuseInvalidHost(host: string, why: string): Refusal {
  return createRefusal("invalid_host", {
    reason: `The host ${quoteShort(host)} is not a host name: ${why}.`,
    hint: "Use the host's name.",
  });
}

const place = ({ scheme, port }: Pick<Authority, "scheme" | "port">): string => `${scheme} on port ${port}`;

/**
 * Refusal of an authority that no route covers.
 * @param others routes that cover the host with another scheme or port
 */
export function refuseHost(
  authority: Authority,
  others: readonly EgressRoute[],
  details: Partial<RefusalDetails>,
): Refusal {
  const host = quoteShort(authority.host);
  if (others.length === 0) {
    return createRefusal("host_not_declared", { reason: `No route covers the host ${host}.`, ...details });
  }
  const reason = `The host ${host} is declared for ${others.map(place).join(" and ")}, not for ${place(authority)}.`;
  if (authority.scheme === "https" || others.every(({ scheme }) => scheme === "http")) {
    return createRefusal("host_not_declared", { reason, ...details });
  }
  const hint = "Use https:// for this host.";
  return createRefusal("host_not_declared", { reason, ...details, manifestSnippet: undefined, hint });
}

function suggest(asked: Asked): string | undefined {
  const { request, host, git } = asked;
  if (git === "push" || git === "lfs-upload" || !isForwardedMethod(request.method)) return undefined;
  const { scheme, port } = request;
  return snippetForHost({ scheme, host, port }, { matches: wantedMatches(asked), gitFetch: git !== undefined });
}

/** Refusal of a request to a host that no route covers; quiet when a provider's profile says so. */
export function refuseUndeclared(
  rules: HostTable<CompiledProviderRule>,
  asked: Asked,
  others: readonly EgressRoute[],
): Refusal {
  const { request, host, facts, input } = asked;
  const details = { ...websocketStatus(facts), manifestSnippet: suggest(asked) };
  const found = findProviderRule(rules, host, input);
  if (found?.rule.kind !== "quiet") {
    return refuseHost({ scheme: request.scheme, host, port: request.port }, others, details);
  }
  const reason = `The profile of provider ${found.rule.provider} drops this request: ${found.rule.reason}.`;
  return createRefusal("provider_quiet", { ...details, rule: found.id, reason });
}
