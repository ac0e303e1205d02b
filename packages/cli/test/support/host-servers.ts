import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { networkInterfaces } from "node:os";
import type { Undo } from "./engine.ts";

/** Every address of this machine but loopback, IPv4 and IPv6. */
export function hostAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [...new Set(all.filter(({ internal }) => !internal).map(({ address }) => address.replace(/%.*$/, "")))];
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  server.listen({ port, host: address, ipv6Only: true });
  await once(server, "listening");
}

async function bindEcho(type: "udp4" | "udp6", port: number): Promise<UdpSocket> {
  const echo = createSocket({ type, ipv6Only: type === "udp6" });
  echo.on("message", (message, from) => {
    echo.send(message, from.port, from.address);
  });
  echo.bind(port, type === "udp6" ? "::" : "0.0.0.0");
  await once(echo, "listening");
  return echo;
}

/** HTTP over TCP, and a UDP echo, on every address of this machine, IPv4 and IPv6. @returns their port */
export async function serveOnHost(undo: Undo): Promise<number> {
  const servers = [0, 1].map(() => createServer((_request, response) => response.end("host\n")));
  const [ipv4, ipv6] = servers as [Server, Server];
  await listen(ipv4, 0, "0.0.0.0");
  const { port } = ipv4.address() as AddressInfo;
  await listen(ipv6, port, "::");
  const echoes = await Promise.all([bindEcho("udp4", port), bindEcho("udp6", port)]);
  undo.defer(async () => {
    for (const echo of echoes) echo.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  return port;
}

/** A listener where containers have their engine's socket. @returns its path on this machine */
export async function serveSocket(undo: Undo, path: string): Promise<void> {
  const server = createNetServer((socket) => socket.end());
  await once(server.listen(path), "listening");
  undo.defer(async () => {
    server.close();
  });
}
