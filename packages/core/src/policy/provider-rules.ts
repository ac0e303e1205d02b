import { HostTable } from "./host-table.ts";
import { compileRefusalMatch, type MatchInput } from "./request-match.ts";
import type { EgressRoute, ProviderRule } from "./route.ts";

export interface CompiledProviderRule {
  readonly rule: ProviderRule;
  /** e.g. `provider claude refused 2`, counted from 1 in the order of the policy */
  readonly id: string;
  /** the rule covers every request to its host */
  readonly coversHost: boolean;
  readonly applies: (input: MatchInput) => boolean;
}

function compileRule(rule: ProviderRule, number: number): CompiledProviderRule {
  const tests = rule.matches.map(compileRefusalMatch);
  return {
    rule,
    id: `provider ${rule.provider} ${rule.kind} ${number}`,
    coversHost: tests.length === 0,
    applies: (input) => tests.length === 0 || tests.some((test) => test(input)),
  };
}

/** @throws TypeError for a rule whose host or path cannot be read */
export function compileProviderRules(rules: readonly ProviderRule[]): HostTable<CompiledProviderRule> {
  return new HostTable(rules.map((rule, index) => [rule.host, compileRule(rule, index + 1)] as const));
}

/** The rule that refuses a request: one that the human is told of before a quiet one. */
export function findProviderRule(
  rules: HostTable<CompiledProviderRule>,
  host: string,
  input: MatchInput,
): CompiledProviderRule | undefined {
  return (
    rules.find(host, ({ rule, applies }) => rule.kind === "refused" && applies(input)) ??
    rules.find(host, ({ rule, applies }) => rule.kind === "quiet" && applies(input))
  );
}

/** True when a human's manifest had a say in the route; its `from` then names more than the provider. */
export function isManifestRoute(route: EgressRoute): boolean {
  return route.provider === undefined || route.from !== `provider ${route.provider}`;
}
