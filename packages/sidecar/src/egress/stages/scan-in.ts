import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import type { Refusal } from "@bot-bottle/core";
import { decodableAccept, decodersFor } from "../../scan/decoders.ts";
import type { SecretPatterns } from "../../scan/secret-patterns.ts";
import { StreamScanner } from "../../scan/stream-scanner.ts";
import { headerPairs, type HeaderPairs } from "../client-request.ts";
import { refuse } from "../refusals.ts";

/** What is left of an answer's head, and the streams that its body goes through, in order. */
export interface ScannedAnswer {
  readonly headers: HeaderPairs;
  readonly streams: readonly Transform[];
}

export function reflectedRefusal(rule: string): Refusal {
  return refuse("credential_reflected", "The answer contained the credential that was put on.", { rule });
}

/** Whether header fields (or trailers) hold one of the patterns, in names or values. */
export function holdsSecret(texts: readonly string[], { automaton }: SecretPatterns): boolean {
  return texts.some((text) => automaton.scan(Buffer.from(text, "latin1"), 0).matchEnd !== undefined);
}

/** Request headers by which the answer stays readable here: no encoding that cannot be decoded, no cut-out ranges. */
export function askForReadable(headers: HeaderPairs): HeaderPairs {
  const accepted = headers.filter(([name]) => name === "accept-encoding").map(([, value]) => value);
  const kept = headers.filter(([name]) => !["accept-encoding", "range", "if-range"].includes(name));
  return accepted.length === 0 ? kept : [...kept, ["accept-encoding", decodableAccept(accepted.join(","))]];
}

function hasBody({ statusCode = 0, headers }: IncomingMessage, method: string): boolean {
  return method !== "HEAD" && statusCode !== 204 && statusCode !== 304 && headers["content-length"] !== "0";
}

/**
 * Ninth stage, on routes with a credential: the answer's head is searched for it, and its body is decoded and searched
 * as it streams. It goes on to the agent decoded.
 */
export function scanIn(
  response: IncomingMessage,
  method: string,
  rule: string,
  patterns: SecretPatterns | undefined,
): ScannedAnswer | Refusal {
  const headers = headerPairs(response.rawHeaders);
  if (!patterns) return { headers, streams: [] };
  if (holdsSecret([response.statusMessage ?? "", ...response.rawHeaders], patterns)) return reflectedRefusal(rule);
  if (!hasBody(response, method)) return { headers, streams: [] };

  const encodings = headers.filter(([name]) => name === "content-encoding").map(([, value]) => value);
  const decoders = decodersFor(encodings.join(","));
  if (!decoders) {
    return refuse("upstream_failed", "The answer has a Content-Encoding that cannot be read here.", { rule });
  }
  const scanner = new StreamScanner(patterns.automaton);
  if (decoders.length === 0) return { headers, streams: [scanner] };
  const changed = new Set(["content-encoding", "content-length", "content-md5", "digest", "content-digest"]);
  return { headers: headers.filter(([name]) => !changed.has(name)), streams: [...decoders, scanner] };
}
