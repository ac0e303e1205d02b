import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { EgressPolicy, Refusal } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { acceptTls } from "./accept-tls.ts";
import { type Authority, readHost, splitHostPort } from "./authority.ts";
import { headerPairs } from "./client-request.ts";
import { setConnectionFacts } from "./connection-facts.ts";
import type { EgressContext, PolicyState } from "./context.ts";
import { isRefusal, refuse } from "./refusals.ts";
import { sendRawRefusal } from "./send-refusal.ts";
import { auditRefusal } from "./stages/audit.ts";

/** What is spoken inside a tunnel to a port: what a route says of it, else what the port is known for. */
function schemeOfPort(port: number, { routes }: EgressPolicy): Authority["scheme"] | undefined {
  const route = routes.find((candidate) => candidate.port === port);
  if (route) return route.scheme;
  return port === 443 ? "https" : port === 80 ? "http" : undefined;
}

/** Reads the authority of a CONNECT. */
function readConnect(
  { url = "", rawHeaders }: IncomingMessage,
  { policy, compiled }: PolicyState,
): Authority | Refusal {
  if (rawHeaders.length / 2 > LIMITS.headerCount) {
    return refuse("too_large", `There are more than ${LIMITS.headerCount} header fields.`, { status: 431 });
  }
  const parts = splitHostPort(url);
  if (parts?.port === undefined) return refuse("invalid_request", "CONNECT needs a host and a port.");
  const read = readHost(parts.host);
  if ("problem" in read) {
    const refusal = compiled.refuseAuthority(parts.host, parts.port);
    return refusal ?? refuse(read.problem, `"${parts.host}" is not the name of a host.`);
  }
  for (const [name, value] of headerPairs(rawHeaders)) {
    if (name !== "host") continue;
    const named = readHost(splitHostPort(value)?.host ?? "");
    if (!("host" in named) || named.host !== read.host) {
      return refuse("authority_mismatch", "The Host header names another host than the CONNECT.");
    }
  }
  const scheme = schemeOfPort(parts.port, policy);
  if (scheme) return { scheme, host: read.host, port: parts.port };
  const refusal = compiled.refuseAuthority(read.host, parts.port);
  return refusal ?? refuse("host_not_declared", `No route declares port ${parts.port} of "${read.host}".`);
}

/** Answers a CONNECT that gets no tunnel, and closes the connection. */
export function refuseConnect(
  incoming: IncomingMessage,
  socket: Duplex,
  refusal: Refusal,
  context: EgressContext,
): void {
  const [, host = "", port = "0"] = /^(.*?)(?::(\d{1,5}))?$/s.exec(incoming.url ?? "") ?? [];
  const headers = headerPairs(incoming.rawHeaders);
  auditRefusal({ method: "CONNECT", host, port: Number(port), target: "", headers }, refusal, context.audit);
  sendRawRefusal(socket, { method: "CONNECT", host, path: "" }, refusal);
}

function mismatchOf(serverName: string | undefined, { host }: Authority): string | undefined {
  if (serverName === undefined) return "The TLS handshake names no server.";
  return serverName === host ? undefined : "The TLS handshake names another host than the CONNECT.";
}

/**
 * Opens a tunnel for every valid host name, declared or not, and answers inside it: a refused CONNECT shows an agent
 * only a status, while a refused request shows it the reason. Nothing is resolved or connected to here. What cannot be
 * a tunnel (addresses, bad names, undeclared ports) is refused at the CONNECT itself.
 */
export async function openTunnel(
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
  requests: Server,
  context: EgressContext,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  const authority = readConnect(incoming, context.policy());
  if (isRefusal(authority)) {
    refuseConnect(incoming, socket, authority, context);
    return;
  }
  socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) socket.unshift(head);
  if (authority.scheme === "http") {
    setConnectionFacts(socket, { authority, form: "origin", mismatch: undefined });
    requests.emit("connection", socket);
    return;
  }
  const accepted = await acceptTls(socket, context.leaves, authority.host);
  if (!accepted) {
    const undeclared = context.policy().compiled.refuseAuthority(authority.host, authority.port);
    const refusal = undeclared ?? refuse("invalid_request", "No TLS handshake came about in the tunnel.");
    auditRefusal({ method: "CONNECT", ...authority, target: "", headers: [] }, refusal, context.audit);
    return;
  }
  const mismatch = mismatchOf(accepted.serverName, authority);
  setConnectionFacts(accepted.socket, { authority, form: "origin", mismatch });
  requests.emit("connection", accepted.socket);
}
