import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { type EgressRoute, type Refusal, stripResponseHeaders } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import type { SecretPatterns } from "../../scan/secret-patterns.ts";
import { PatternFound } from "../../scan/stream-scanner.ts";
import { headerPairs } from "../client-request.ts";
import { isRefusal, refuse } from "../refusals.ts";
import { holdsSecret, reflectedRefusal, scanIn } from "./scan-in.ts";

const NEVER_IN_TRAILERS =
  /^(?:transfer-encoding|content-length|host|content-encoding|set-cookie|authorization|trailer)$/;

export interface Delivery {
  readonly method: string;
  readonly route: EgressRoute;
  readonly patterns: SecretPatterns | undefined;
  readonly onBytes: (count: number) => void;
  /** the answer cannot be given; called before a byte of it has gone out */
  readonly onRefusal: (refusal: Refusal) => void;
  /** the answer had to be cut while it was on its way */
  readonly onCut: (reason: string) => void;
  /** the upstream's answer has come to its end, which the client has not read yet */
  readonly onEnd: () => void;
}

/** Passes an upstream's answer on as it comes, through the scan, with backpressure; never more than a window of it. */
export function deliver(response: IncomingMessage, answer: ServerResponse, delivery: Delivery): void {
  const { method, route, patterns, onRefusal } = delivery;
  const rule = route.id;
  if (response.rawHeaders.length / 2 > LIMITS.headerCount) {
    onRefusal(refuse("upstream_failed", "The answer has too many header fields.", { rule }));
    return;
  }
  const scanned = scanIn(response, method, rule, patterns);
  if (isRefusal(scanned)) {
    onRefusal(scanned);
    return;
  }

  let isOver = false;
  const fail = (refusal: Refusal): void => {
    if (isOver) return;
    isOver = true;
    if (answer.headersSent) delivery.onCut(refusal.code);
    else onRefusal(refusal);
  };
  const onError = (error: unknown): void => {
    const isReflected = error instanceof PatternFound;
    fail(isReflected ? reflectedRefusal(rule) : refuse("upstream_failed", "The answer broke off.", { rule }));
  };

  let body: Readable = response;
  if (scanned.streams.length > 0) {
    body = pipeline([response, ...scanned.streams], (error) => {
      if (error) onError(error);
    }) as unknown as Readable;
  } else {
    response.on("error", onError);
  }

  let started = false;
  const start = (): void => {
    if (started || isOver) return;
    started = true;
    clearTimeout(timer);
    body.removeListener("readable", start).removeListener("end", start);
    try {
      answer.sendDate = false;
      answer.writeHead(
        response.statusCode ?? 502,
        response.statusMessage,
        stripResponseHeaders(route, scanned.headers).flat(),
      );
    } catch {
      fail(refuse("upstream_failed", "The answer has header fields that cannot be passed on.", { rule }));
      return;
    }
    let isAlone = true;
    body.on("data", (chunk: Buffer) => {
      isAlone = false;
      delivery.onBytes(chunk.length);
    });
    body.pipe(answer, { end: false });
    // What came with the head goes out with it; a head that came alone does not wait for more.
    setImmediate(() => {
      if (isAlone && !answer.destroyed && !answer.writableEnded) answer.flushHeaders();
    });
  };
  const finish = (): void => {
    start();
    if (isOver) return;
    isOver = true;
    const trailers = headerPairs(response.rawTrailers);
    if (patterns && holdsSecret(response.rawTrailers, patterns)) {
      delivery.onCut("credential_reflected");
      return;
    }
    const passed = stripResponseHeaders(route, trailers).filter(([name]) => !NEVER_IN_TRAILERS.test(name));
    if (passed.length > 0) answer.addTrailers(passed as [string, string][]);
    answer.end();
    delivery.onEnd();
  };
  body.on("end", finish);
  const timer = setTimeout(start, LIMITS.scannedHeadMs);
  if (scanned.streams.length > 0) body.on("readable", start);
  else start();
}
