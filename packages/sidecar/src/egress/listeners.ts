import type { IncomingMessage, Server } from "node:http";
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LIMITS } from "../limits.ts";
import { acceptTls } from "./accept-tls.ts";
import { setConnectionFacts } from "./connection-facts.ts";
import type { EgressContext } from "./context.ts";
import { createEgressServer } from "./http-server.ts";
import { refuse } from "./refusals.ts";
import { openTunnel, refuseConnect } from "./tunnel.ts";

/** Ports to bind; 0 takes any. */
export interface EgressPorts {
  readonly proxy: number;
  /** for programs that ignore proxy variables and follow DNS: TLS, the server name is the authority */
  readonly https: number;
  /** likewise, plain HTTP, the Host header is the authority */
  readonly http: number;
}

export interface EgressListeners {
  readonly ports: EgressPorts;
  openConnections(): number;
  /** stops listening and cuts every connection */
  close(): void;
}

const UNNAMED_HOST = "no-server-name.invalid";

async function serveDirectTls(socket: Socket, requests: Server, context: EgressContext): Promise<void> {
  const accepted = await acceptTls(socket, context.leaves, UNNAMED_HOST);
  if (!accepted) return;
  const { serverName } = accepted;
  setConnectionFacts(accepted.socket, {
    authority: { scheme: "https", host: serverName ?? UNNAMED_HOST, port: 443 },
    form: "origin",
    mismatch: serverName === undefined ? "The TLS handshake names no server." : undefined,
  });
  requests.emit("connection", accepted.socket);
}

function bind(server: NetServer, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Opens the proxy's doors on one address. Peers that do not belong there are dropped without a word. */
export async function startEgress(
  context: EgressContext,
  address: string,
  wanted: EgressPorts,
): Promise<EgressListeners> {
  const connections = new Set<Socket>();
  const admit = (socket: Socket): boolean => {
    if (!context.isPeer(socket.remoteAddress)) {
      socket.destroy();
      return false;
    }
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy());
    return true;
  };

  const inside = createEgressServer(context);
  inside.on("connect", (incoming: IncomingMessage, socket: Duplex) => {
    refuseConnect(incoming, socket, refuse("invalid_request", "There are no tunnels inside tunnels."), context);
  });
  const proxy = createEgressServer(context);
  proxy.prependListener("connection", admit);
  proxy.on("connect", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    void openTunnel(incoming, socket, head, inside, context);
  });
  const options = { allowHalfOpen: true, noDelay: true };
  const https = createServer(options, (socket) => {
    if (admit(socket)) void serveDirectTls(socket, inside, context);
  });
  const http = createServer(options, (socket) => {
    if (!admit(socket)) return;
    setConnectionFacts(socket, { authority: undefined, form: "origin", mismatch: undefined });
    inside.emit("connection", socket);
  });

  const servers = [proxy, https, http];
  for (const server of servers) server.maxConnections = LIMITS.clientConnections;
  const close = (): void => {
    for (const server of servers) server.close();
    for (const socket of connections) socket.destroy();
  };
  try {
    const [proxyPort, httpsPort, httpPort] = await Promise.all([
      bind(proxy, wanted.proxy, address),
      bind(https, wanted.https, address),
      bind(http, wanted.http, address),
    ]);
    const ports = { proxy: proxyPort, https: httpsPort, http: httpPort };
    return { ports, openConnections: () => connections.size, close };
  } catch (error) {
    close();
    throw error;
  }
}
