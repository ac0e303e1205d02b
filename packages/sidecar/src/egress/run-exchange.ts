import { classifyGit, type EgressRequest, lfsOperation, type Refusal, secretKey } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { type ClientRequest, headerPairs } from "./client-request.ts";
import type { EgressContext } from "./context.ts";
import { isRefusal, refuse } from "./refusals.ts";
import { sendRefusal } from "./send-refusal.ts";
import { accept } from "./stages/accept.ts";
import { auditRefusal, auditRequest, pathOf, type SeenRequest } from "./stages/audit.ts";
import { chooseTarget } from "./stages/connect.ts";
import { forward, type Outcome } from "./stages/forward.ts";
import { frameRequest } from "./stages/frame.ts";
import { holdBody } from "./stages/hold-body.ts";
import { inject } from "./stages/inject.ts";
import { matchRoute } from "./stages/match-route.ts";
import { askForReadable } from "./stages/scan-in.ts";
import { scanOut } from "./stages/scan-out.ts";
import { strip } from "./stages/strip.ts";

/** A request in words that can be written down, also when it could not be accepted. */
function seenRequest({ incoming, authority }: ClientRequest): SeenRequest {
  const { method = "", url = "", headers, rawHeaders } = incoming;
  const { host, port } = authority ?? { host: headers.host ?? "", port: 0 };
  return { method, host, port, target: url, headers: headerPairs(rawHeaders) };
}

/** The body of a request whose operation decides; only a download may go out. */
async function holdLfsBatch(client: ClientRequest, rule: string): Promise<Buffer | Refusal> {
  if (client.expectsContinue) client.answer.writeContinue();
  const body = await holdBody(client.incoming, rule);
  if (isRefusal(body)) return body;
  if (lfsOperation(body.toString("utf8")) === "download") return body;
  return refuse("git_push", "Only downloads may be asked for in a Git LFS batch.", { rule });
}

/** The stages in their order; the first refusal ends the way. */
async function runStages(
  client: ClientRequest,
  request: EgressRequest,
  context: EgressContext,
): Promise<{ outcome: Outcome; rule: string; generation: number } | Refusal> {
  const { incoming } = client;
  const { compiled, generation } = context.policy();
  const route = matchRoute(request, compiled);
  if (isRefusal(route)) return route;
  const found = scanOut(request, route);
  if (found) return found;
  const stripped = strip(request, route);
  const headers = inject(request, stripped.headers, route, context.secrets);
  if (isRefusal(headers)) return headers;

  const isLfsBatch = classifyGit(request.method, request.target) === "lfs-batch";
  const heldBody = isLfsBatch ? await holdLfsBatch(client, route.id) : undefined;
  if (isRefusal(heldBody)) return heldBody;
  const target = await chooseTarget(request, route, generation, context);
  if (isRefusal(target)) return target;

  const length = heldBody?.length ?? incoming.headers["content-length"];
  const framed = frameRequest(
    { ...request, target: stripped.target },
    route.auth ? askForReadable(headers) : headers,
    {
      isChunked: heldBody === undefined && incoming.headers["transfer-encoding"] !== undefined,
      length: length === undefined ? undefined : Number(length),
      expectsContinue: client.expectsContinue && heldBody === undefined,
    },
    context.corporateProxy(),
  );
  const patterns = route.auth ? context.secrets.patterns(secretKey(route.auth.secret)) : undefined;
  const outgoing = { request, route, target, ...framed, heldBody, patterns };
  const outcome = await forward(client, outgoing, context);
  return isRefusal(outcome) ? outcome : { outcome, rule: route.id, generation };
}

/** Takes one request all the way: accepted, decided, sent, answered and written down. Never throws. */
export async function runExchange(client: ClientRequest, context: EgressContext): Promise<void> {
  const { incoming, answer } = client;
  const accepted = accept(client);
  const seen = isRefusal(accepted) ? seenRequest(client) : accepted;
  let result: Awaited<ReturnType<typeof runStages>>;
  context.load.exchanges++;
  try {
    if (isRefusal(accepted)) result = accepted;
    else if (context.load.exchanges > LIMITS.exchanges)
      result = refuse("overloaded", "Too many requests are on their way.");
    else result = await runStages(client, accepted, context);
  } catch {
    result = refuse("upstream_failed", "The proxy failed on this request."); // closed, whatever it was
  } finally {
    context.load.exchanges--;
  }
  if (!isRefusal(result)) {
    auditRequest(seen, result.rule, result.generation, result.outcome, context.audit);
    return;
  }
  auditRefusal(seen, result, context.audit);
  const isUnsure = result.code === "invalid_request" || (client.expectsContinue && !incoming.complete);
  sendRefusal(answer, incoming, { ...seen, path: pathOf(seen.target) }, result, { close: isUnsure });
}
