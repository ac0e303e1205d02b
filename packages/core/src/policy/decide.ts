import { type Asked, readAsked, readHeaderFacts, readTarget } from "./asked.ts";
import { type CompiledRoute, compileRoutes } from "./compiled-route.ts";
import type { EgressDecision, EgressRequest, Refusal } from "./decision.ts";
import { normalizeHost } from "./host-pattern.ts";
import type { HostTable } from "./host-table.ts";
import { type CompiledProviderRule, compileProviderRules } from "./provider-rules.ts";
import { refuseAddressAsHost, refuseHost, refuseInvalidHost, refuseUndeclared } from "./refuse-host.ts";
import { refuseByProvider, refuseGit, refuseMethod, refuseNoMatch, refuseWebSocket } from "./refuse-request.ts";
import type { EgressPolicy, EgressRoute } from "./route.ts";
import { snippetForHost } from "./snippet.ts";

/** A policy that is ready to decide; it holds nothing about requests. */
export interface CompiledPolicy {
  /** Decides about one request. Never throws. */
  readonly decide: (request: EgressRequest) => EgressDecision;
  /** Refusal of an authority alone, as in CONNECT or a TLS server name, where neither scheme nor path is known. */
  readonly refuseAuthority: (host: string, port: number) => Refusal | undefined;
  /** True for a host that a route covers, on any port; the answer that DNS gives. */
  readonly declaresHost: (host: string) => boolean;
}

interface Tables {
  readonly routes: HostTable<CompiledRoute>;
  readonly rules: HostTable<CompiledProviderRule>;
}

/** The host as policy spells it, or the refusal of something that is not a name. */
function readHost({ routes }: Tables, host: string): string | Refusal {
  if (routes.hasExact(host)) return host;
  const normalized = normalizeHost(host);
  if (normalized.kind === "name") return normalized.host;
  return normalized.kind === "ip" ? refuseAddressAsHost(host) : refuseInvalidHost(host, normalized.why);
}

const routesOf = ({ routes }: Tables, host: string): EgressRoute[] => routes.lookup(host).map(({ route }) => route);

function decideUndeclared(tables: Tables, request: EgressRequest, host: string): Refusal {
  const facts = readHeaderFacts(request.headers);
  const others = routesOf(tables, host);
  const path = readTarget(request.target);
  if ("outcome" in path) return refuseHost({ scheme: request.scheme, host, port: request.port }, others, {});
  return refuseUndeclared(tables.rules, readAsked(request, host, facts, path), others);
}

function decideMatched(asked: Asked, compiled: CompiledRoute): EgressDecision {
  const { route, matches, allowances } = compiled;
  const index = matches.length === 0 ? 0 : matches.findIndex((match) => match.matches(asked.input));
  const allowance = allowances[index];
  if (allowance === undefined) return refuseNoMatch(asked, compiled);
  if (asked.facts.isWebSocket && !route.websocket) return refuseWebSocket(compiled);
  if (asked.git === undefined && !asked.facts.isWebSocket) return allowance;
  const added = asked.facts.isWebSocket ? "It allows WebSockets." : "It allows git fetch over HTTP.";
  return { ...allowance, explanation: [...allowance.explanation, added] };
}

function decideRouted(tables: Tables, request: EgressRequest, host: string, compiled: CompiledRoute): EgressDecision {
  const facts = readHeaderFacts(request.headers);
  const early = refuseMethod(request.method, facts, compiled);
  if (early !== undefined) return early;
  const path = readTarget(request.target);
  if ("outcome" in path) {
    return { ...path, rule: compiled.route.id, explanation: [compiled.line, ...path.explanation] };
  }
  const asked = readAsked(request, host, facts, path);
  return (
    refuseByProvider(tables.rules, asked, compiled) ?? refuseGit(asked, compiled) ?? decideMatched(asked, compiled)
  );
}

function decide(tables: Tables, request: EgressRequest): EgressDecision {
  const host = readHost(tables, request.host);
  if (typeof host !== "string") return host;
  const { port, scheme } = request;
  const compiled = tables.routes.find(host, ({ route }) => route.port === port && route.scheme === scheme);
  return compiled === undefined
    ? decideUndeclared(tables, request, host)
    : decideRouted(tables, request, host, compiled);
}

function refuseAuthority(tables: Tables, text: string, port: number): Refusal | undefined {
  const host = readHost(tables, text);
  if (typeof host !== "string") return host;
  if (tables.routes.find(host, ({ route }) => route.port === port) !== undefined) return undefined;
  const authority = { scheme: port === 80 ? "http" : "https", host, port } as const;
  const manifestSnippet = snippetForHost(authority, {
    matches: [{ methods: ["GET", "HEAD"], paths: [], headers: [] }],
  });
  const refusal = refuseHost(authority, routesOf(tables, host), { manifestSnippet });
  const isQuiet = tables.rules.find(host, ({ rule, coversHost }) => rule.kind === "quiet" && coversHost) !== undefined;
  return isQuiet ? { ...refusal, code: "provider_quiet", status: 404, quiet: true } : refusal;
}

/**
 * Prepares a policy for many decisions. The order of a decision: a route for host, scheme and port (an exact host before
 * a wildcard, a longer wildcard before a shorter one), method, path, the provider's lists, git, `matches`, WebSocket.
 * @throws TypeError for a host, path or pattern that the manifest should not have let through: leaving it out could open
 * what it closes
 */
export function compilePolicy(policy: EgressPolicy): CompiledPolicy {
  const tables = { routes: compileRoutes(policy.routes), rules: compileProviderRules(policy.providerRules) };
  return {
    decide: (request) => decide(tables, request),
    refuseAuthority: (host, port) => refuseAuthority(tables, host, port),
    declaresHost: (host) => {
      const name = readHost(tables, host);
      return typeof name === "string" && tables.routes.find(name, () => true) !== undefined;
    },
  };
}

const compiledPolicies = new WeakMap<EgressPolicy, CompiledPolicy>();

/**
 * Decides about one request, with the explanation that the proxy, `why` and the docs show. The policy is compiled once
 * for each object.
 * @throws TypeError as {@link compilePolicy} does
 */
export function decideEgress(policy: EgressPolicy, request: EgressRequest): EgressDecision {
  let compiled = compiledPolicies.get(policy);
  if (compiled === undefined) {
    compiled = compilePolicy(policy);
    compiledPolicies.set(policy, compiled);
  }
  return compiled.decide(request);
}
