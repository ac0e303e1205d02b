import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { AuthorityMaterial } from "@bot-bottle/core";
import { mintAuthority } from "../../src/ca/authority.ts";
import { LeafCache } from "../../src/ca/leaf-cache.ts";

/** A listener on a free port of 127.0.0.1 that counts its connections. */
export interface Listening {
  readonly port: number;
  readonly connections: Socket[];
  close(): void;
}

export async function listen(server: Server): Promise<Listening> {
  const connections: Socket[] = [];
  server.on("connection", (socket: Socket) => {
    connections.push(socket);
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    close() {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}

let shared: Promise<{ authority: AuthorityMaterial; leaves: LeafCache }> | undefined;

/** The authority that all test origins have their certificates from. */
export async function originAuthority(): Promise<{ authority: AuthorityMaterial; leaves: LeafCache }> {
  shared ??= mintAuthority("origin").then((authority) => ({ authority, leaves: new LeafCache(authority) }));
  return shared;
}

/** An HTTPS server that is whoever it is asked for, or `asHost` whatever it is asked for. */
export async function startOrigin(handler: RequestListener, asHost?: string): Promise<Listening> {
  const { leaves } = await originAuthority();
  const http = createServer(handler);
  const tls = createTlsServer({
    SNICallback(name, done) {
      done(null, leaves.contextFor(asHost ?? name));
    },
  });
  tls.on("secureConnection", (socket) => http.emit("connection", socket));
  tls.on("tlsClientError", () => undefined);
  return listen(tls);
}

/** A TLS server whose connections the test answers byte by byte. */
export async function startRawOrigin(onSocket: (socket: Socket) => void): Promise<Listening> {
  const { leaves } = await originAuthority();
  const tls = createTlsServer({
    SNICallback(name, done) {
      done(null, leaves.contextFor(name));
    },
  });
  tls.on("secureConnection", (socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  return listen(tls);
}

export async function startPlain(handler: RequestListener): Promise<Listening> {
  return listen(createServer(handler));
}

export async function startTcp(onSocket: (socket: Socket) => void): Promise<Listening> {
  return listen(createNetServer(onSocket));
}
