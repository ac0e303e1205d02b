import { type ClientRequest as UpstreamRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { errorCode, type EgressRequest, type EgressRoute, type Refusal } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import type { SecretPatterns } from "../../scan/secret-patterns.ts";
import { type ClientRequest, headerPairs } from "../client-request.ts";
import type { EgressContext, OpenExchange } from "../context.ts";
import { refuse } from "../refusals.ts";
import { drain } from "../send-refusal.ts";
import { UpstreamFailure } from "../upstream/failure.ts";
import type { PooledOptions } from "../upstream/pool.ts";
import type { UpstreamTarget } from "../upstream/target.ts";
import { deliver } from "./deliver.ts";
import { stripTrailers } from "./strip.ts";

/** A request as it goes out. */
export interface Outgoing {
  readonly request: EgressRequest;
  readonly route: EgressRoute;
  readonly target: UpstreamTarget;
  /** origin form, or absolute form for a corporate proxy */
  readonly path: string;
  /** `[name, value, name, value, …]`, framing included */
  readonly headers: readonly string[];
  /** body that was read already; otherwise the client's is streamed */
  readonly heldBody: Buffer | undefined;
  readonly patterns: SecretPatterns | undefined;
}

/** How a request that went out ended. */
export interface Outcome {
  readonly status: number;
  readonly durationMs: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly aborted?: string | undefined;
}

function hasRequestBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && Number(length) > 0);
}

/** Methods whose request may be sent twice. What else broke off may have been done all the same. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** A connection that was kept and that the upstream closed at the same moment. */
const isStaleConnection = (upstream: UpstreamRequest, error: unknown): boolean =>
  upstream.reusedSocket && ["ECONNRESET", "EPIPE"].includes(errorCode(error) ?? "");

/**
 * Eighth stage: sends the request and passes the answer on, both as streams with backpressure. Resolves when the
 * exchange is over; with a refusal when nothing has been sent to the client yet.
 */
export function forward(client: ClientRequest, outgoing: Outgoing, context: EgressContext): Promise<Outcome | Refusal> {
  const { incoming, answer } = client;
  const { request, route, target, headers, path, patterns, heldBody } = outgoing;
  const rule = route.id;
  const startedAt = performance.now();
  const streamsBody = heldBody === undefined && hasRequestBody(incoming);
  const mayRepeat = IDEMPOTENT.has(request.method) && !hasRequestBody(incoming);
  let bytesOut = heldBody?.length ?? 0;
  let bytesIn = 0;
  let upstream: UpstreamRequest | undefined;
  let isOver = false;

  return new Promise((resolve) => {
    const finish = (result: Outcome | Refusal): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(idle);
      clearTimeout(continueTimer);
      context.open.delete(exchange);
      answer.removeListener("close", onClientClosed);
      resolve(result);
    };
    const finishWith = (aborted?: string): void => {
      const durationMs = Math.round(performance.now() - startedAt);
      finish({ status: answer.headersSent ? answer.statusCode : 0, durationMs, bytesOut, bytesIn, aborted });
    };
    /** Ends the exchange from our side: readable while the head is not out, a cut connection from then on. */
    const end = (refusal: Refusal): void => {
      if (isOver) return;
      upstream?.destroy();
      if (streamsBody && upstream) incoming.unpipe(upstream);
      if (!answer.headersSent) {
        finish(refusal);
        return;
      }
      answer.destroy();
      finishWith(refusal.code);
    };
    const onClientClosed = (): void => {
      if (isOver) return;
      upstream?.destroy();
      finishWith("client_closed");
    };
    const idle = setTimeout(() => {
      end(refuse("upstream_timeout", "Nothing was heard for too long.", { rule }));
    }, LIMITS.exchangeIdleMs);
    const exchange: OpenExchange = {
      request,
      route,
      abort(reason) {
        const wasOpen = !isOver;
        end(refuse("host_not_declared", reason, { rule }));
        if (wasOpen) answer.once("finish", () => answer.socket?.destroySoon());
      },
    };

    let continueTimer: NodeJS.Timeout | undefined;
    const letBodyCome = (): void => {
      clearTimeout(continueTimer);
      if (!isOver && !answer.headersSent && client.expectsContinue) answer.writeContinue();
    };

    const onResponse = (response: IncomingMessage): void => {
      clearTimeout(continueTimer);
      idle.refresh();
      if (client.expectsContinue && !incoming.complete && bytesOut === 0) answer.shouldKeepAlive = false;
      deliver(response, answer, {
        method: request.method,
        route,
        patterns,
        onBytes(count) {
          bytesIn += count;
          idle.refresh();
        },
        onRefusal: end,
        onCut(code) {
          end(refuse(code === "credential_reflected" ? code : "upstream_failed", "", { rule }));
        },
        onEnd() {
          if (!streamsBody || incoming.complete) return;
          // Answered before the body was read: the upstream is done with it, and so are we.
          if (upstream) incoming.unpipe(upstream);
          upstream?.destroy();
          drain(incoming);
        },
      });
    };

    const send = (isRetry: boolean): void => {
      const options: PooledOptions = {
        agent: context.pool,
        target,
        method: request.method,
        path,
        headers,
        maxHeaderSize: LIMITS.headerBytes,
      };
      const sent = httpRequest(options);
      upstream = sent;
      sent.maxHeadersCount = LIMITS.headerCount + 1;
      let hasResponse = false;
      sent.on("response", (response) => {
        hasResponse = true;
        onResponse(response);
      });
      sent.on("continue", letBodyCome);
      sent.on("error", (error: unknown) => {
        if (sent !== upstream || hasResponse) return; // the answer's own end tells
        if (!isRetry && !isOver && mayRepeat && isStaleConnection(sent, error)) send(true);
        else if (error instanceof UpstreamFailure) end(refuse(error.code, error.message, { rule }));
        else end(refuse("upstream_failed", `${request.host} broke the connection off.`, { rule }));
      });
      if (!streamsBody) {
        sent.end(heldBody);
        return;
      }
      incoming.on("data", (chunk: Buffer) => {
        bytesOut += chunk.length;
        idle.refresh();
      });
      incoming.on("end", () => {
        const trailers = stripTrailers(headerPairs(incoming.rawTrailers), route);
        if (trailers.length > 0) sent.addTrailers(trailers as [string, string][]);
      });
      incoming.pipe(sent);
      if (client.expectsContinue) continueTimer = setTimeout(letBodyCome, LIMITS.continueMs);
    };

    context.open.add(exchange);
    answer.on("close", onClientClosed);
    answer.on("finish", () => {
      finishWith();
    });
    if (answer.destroyed || answer.socket?.destroyed) onClientClosed();
    else send(false);
  });
}
