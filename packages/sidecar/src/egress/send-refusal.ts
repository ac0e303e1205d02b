import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";

/** What was refused, in the agent's own words. */
export interface RefusedRequest {
  readonly method: string;
  readonly host: string;
  /** path without the query */
  readonly path: string;
}

/** The document that every refusal is answered with. */
function refusalBody({ method, host, path }: RefusedRequest, refusal: Refusal): string {
  const { code, reason, rule, hint, manifestSnippet } = refusal;
  const error = { code, reason, host, method, path, rule, hint, manifest_snippet: manifestSnippet };
  return `${JSON.stringify({ error })}\n`;
}

function refusalHeaders({ status }: Refusal, body: string): [string, string][] {
  return [
    ["Content-Type", "application/json"],
    ["Content-Length", String(Buffer.byteLength(body))],
    ["Cache-Control", "no-store"],
    ...(status === 426 ? ([["Upgrade", "HTTP/1.1"]] as [string, string][]) : []),
  ];
}

/** Reads the rest of a body and throws it away, within bounds, so that the client gets to read the answer. */
export function drain(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  let left: number = LIMITS.drainBytes;
  const stop = (): void => {
    clearTimeout(timer);
    incoming.socket.destroy();
  };
  const timer = setTimeout(stop, LIMITS.drainMs).unref();
  incoming.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) stop();
  });
  incoming.on("close", () => {
    clearTimeout(timer);
  });
  incoming.on("end", () => {
    clearTimeout(timer);
  });
  incoming.resume();
}

/** Answers a parsed request with its refusal, at once, body or no body. */
export function sendRefusal(
  answer: ServerResponse,
  incoming: IncomingMessage,
  request: RefusedRequest,
  refusal: Refusal,
  { close }: { readonly close: boolean },
): void {
  if (answer.headersSent || answer.destroyed) {
    answer.destroy();
    return;
  }
  const body = refusalBody(request, refusal);
  if (close) answer.shouldKeepAlive = false;
  answer.writeHead(refusal.status, refusalHeaders(refusal, body).flat());
  answer.end(body);
  drain(incoming);
}

/** Answers on a connection that has no parsed request (any more), and closes it. */
export function sendRawRefusal(socket: Duplex, request: RefusedRequest, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = refusalBody(request, refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Refused"}`,
    ...refusalHeaders(refusal, body).map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
  ];
  socket.on("error", () => undefined);
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), LIMITS.drainMs).unref();
  socket.once("close", () => {
    clearTimeout(timer);
  });
  socket.resume();
}
