import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { errorCode } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import type { ClientRequest } from "./client-request.ts";
import { connectionFacts } from "./connection-facts.ts";
import type { EgressContext } from "./context.ts";
import { refuse } from "./refusals.ts";
import { runExchange } from "./run-exchange.ts";
import { sendRawRefusal } from "./send-refusal.ts";
import { auditRefusal } from "./stages/audit.ts";

const OPTIONS: ServerOptions = {
  maxHeaderSize: LIMITS.headerBytes,
  insecureHTTPParser: false,
  requireHostHeader: false, // the accept stage answers in JSON
  noDelay: true,
  keepAliveTimeout: LIMITS.clientIdleMs,
  headersTimeout: LIMITS.clientIdleMs,
  requestTimeout: 0, // bodies may be long; silence ends them
};

/**
 * Closes a connection on which no request header is complete in time. Node does this by itself only for servers that
 * listen, which those inside tunnels do not.
 */
function watchForRequests(socket: Duplex): { pause(): void; resume(): void } {
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => {
    clearTimeout(timer);
  };
  const resume = (): void => {
    pause();
    if (socket.destroyed) return;
    timer = setTimeout(() => socket.destroy(), LIMITS.clientIdleMs);
  };
  resume();
  socket.once("close", pause);
  return { pause, resume };
}

/** A strict HTTP/1.1 server whose requests go through the stages; sockets reach it by listening or by `connection`. */
export function createEgressServer(context: EgressContext): Server {
  const server = createServer(OPTIONS);
  server.maxHeadersCount = LIMITS.headerCount + 1; // one more than allowed, so that too many are seen and refused
  const watches = new WeakMap<Duplex, ReturnType<typeof watchForRequests>>();
  const answers = new WeakMap<Duplex, ServerResponse>();
  const handle = (incoming: IncomingMessage, answer: ServerResponse, expectsContinue: boolean): void => {
    const { socket } = incoming;
    const client: ClientRequest = { incoming, answer, expectsContinue, ...connectionFacts(socket) };
    const watch = watches.get(socket);
    watch?.pause();
    answers.set(socket, answer);
    void runExchange(client, context).finally(() => watch?.resume());
  };
  // Not documented, and settled since Node 0.6: an answer still goes out when the client has closed its sending side.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("connection", (socket: Duplex) => {
    watches.set(socket, watchForRequests(socket));
    socket.once("end", () => {
      const timer = setTimeout(() => socket.destroy(), LIMITS.halfOpenMs);
      socket.once("close", () => {
        clearTimeout(timer);
      });
    });
  });
  server.on("request", (incoming: IncomingMessage, answer: ServerResponse) => {
    handle(incoming, answer, false);
  });
  server.on("checkContinue", (incoming: IncomingMessage, answer: ServerResponse) => {
    handle(incoming, answer, true);
  });
  server.on("checkExpectation", (incoming: IncomingMessage, answer: ServerResponse) => {
    handle(incoming, answer, false);
  });
  server.on("clientError", (error: unknown, socket: Duplex) => {
    const { authority } = connectionFacts(socket);
    const seen = { method: "", host: authority?.host ?? "", port: authority?.port ?? 0, target: "", headers: [] };
    const code = errorCode(error) ?? "";
    const answer = answers.get(socket);
    if (answer?.headersSent === true && !answer.shouldKeepAlive) return; // refused already, and about to be closed
    const isUnderWay = answer?.headersSent === true && !answer.writableFinished;
    if (!socket.writable || isUnderWay || !code.startsWith("HPE_")) {
      socket.destroy();
      return;
    }
    const isTooLong = code === "HPE_HEADER_OVERFLOW";
    const refusal = isTooLong
      ? refuse("too_large", `The header is longer than ${LIMITS.headerBytes} bytes.`, { status: 431 })
      : refuse("invalid_request", `The request is not strict HTTP/1.1 (${code}).`);
    auditRefusal(seen, refusal, context.audit);
    sendRawRefusal(socket, { ...seen, path: "" }, refusal);
  });
  return server;
}
