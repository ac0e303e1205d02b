import {
  BotBottleError,
  createRefusal,
  decideEgress,
  type EgressDecision,
  type EgressPolicy,
  type EgressRequest,
  type EgressRoute,
  foreignCredential,
  normalizeHost,
} from "@bot-bottle/core";
import { loadConfig } from "@bot-bottle/core/manifest";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { prepareHost } from "../compose/hosts.ts";
import { builtInBackends, builtInProviders } from "../compose/registries.ts";
import { chooseBackend } from "../compose/choose-backend.ts";
import { resolveSpec } from "../compose/resolve-spec.ts";

/** RFC 9110, 5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const usage = (message: string, hint: string): BotBottleError => new BotBottleError("BB_USAGE", message, { hint });

function readHeaders(lines: readonly string[]): EgressRequest["headers"] {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw usage(`"${line}" is not a header.`, "Write --header NAME:VALUE.");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
}

/** The request as the proxy would see it; the path is kept as written, since its spelling decides. */
function readRequest(method: string, url: string, headers: EgressRequest["headers"]): EgressRequest {
  if (!TOKEN.test(method)) throw usage(`"${method}" is not an HTTP method.`, "For example: GET");
  const match = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url);
  const [, scheme, authority, rest] = match ?? [];
  if (scheme === undefined || authority === undefined) {
    throw usage(`"${url}" is not an http or https URL.`, "For example: https://registry.npmjs.org/left-pad");
  }
  const [, name = "", port] = /^(.*?)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const secure = scheme.toLowerCase() === "https";
  const normalized = normalizeHost(name);
  return {
    method: method.toUpperCase(),
    scheme: secure ? "https" : "http",
    host: normalized.kind === "name" ? normalized.host : name,
    port: port === undefined ? (secure ? 443 : 80) : Number(port),
    target: rest === undefined || rest === "" ? "/" : rest.startsWith("?") ? `/${rest}` : rest,
    headers,
  };
}

/** The policy's decision, and what the proxy makes of a credential in the request. */
function judge(policy: EgressPolicy, request: EgressRequest): EgressDecision {
  const decision = decideEgress(policy, request);
  if (decision.outcome === "refuse") return decision;
  const { route } = decision;
  const foreign = foreignCredential(route, request.headers);
  if (foreign === undefined) return decision;
  return createRefusal("foreign_credential", {
    reason: `The header "${foreign}" holds another credential than this bottle's.`,
    rule: route.id,
    hint: "The agent sends the placeholder from its environment; the sidecar replaces it.",
    explanation: decision.explanation,
  });
}

function credentialLine({ auth }: EgressRoute): readonly string[] {
  if (auth === undefined) return [];
  const scheme = auth.scheme === undefined ? "" : ` ${auth.scheme}`;
  return [`The sidecar puts the credential on: ${auth.header}${scheme}.`];
}

/** Refusals that no snippet lifts, and whose own hint says what does. */
const TOLD: readonly string[] = ["host_not_declared", "ip_literal", "invalid_host", "foreign_credential"];

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

function describe(decision: EgressDecision): string {
  const { explanation } = decision;
  if (decision.outcome === "allow") {
    const { route } = decision;
    const lines = [...explanation, ...credentialLine(route)];
    return [`allowed by ${route.id}  (${route.from})`, ...indented(lines), ""].join("\n");
  }
  const { reason, code, hint, manifestSnippet: snippet } = decision;
  const more = explanation.filter((line) => line !== reason);
  // Other hints of a decision are written for the agent, who cannot change the manifest.
  const allow =
    snippet === undefined
      ? [TOLD.includes(code) ? hint : "No line of a manifest allows this."]
      : ["What would allow it, in the bottle's file, under `egress:`", "", ...indented(snippet.trimEnd().split("\n"))];
  return [`refused: ${reason}  (${code})`, ...indented(more), "", ...allow, ""].join("\n");
}

/** Replays the policy's own decision; no engine, no network. Exit code 0 allowed, 1 refused. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { agent, method, url } = input.arguments;
  if (agent === undefined || method === undefined || url === undefined) {
    throw usage("why needs an agent, a method and a URL.", "For example: bot-bottle why dev GET https://example.com/");
  }
  const request = readRequest(method, url, readHeaders(input.lists["header"] ?? []));
  const { env } = context;
  const config = await loadConfig(context.home, context.userHome);
  const spec = await resolveSpec(context, config, { agent, bottles: input.lists["bottle"] });
  const backend = await chooseBackend(context, {
    flag: undefined,
    config,
    backends: builtInBackends(env),
    dryRun: true,
  });
  const plan = await backend.prepare(spec, prepareHost(context, builtInProviders(env)));
  const decision = judge(plan.egressPlan.policy, request);
  return { exitCode: decision.outcome === "allow" ? 0 : 1, text: describe(decision), json: decision };
}
