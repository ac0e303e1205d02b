import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { LIMITS } from "../limits.ts";
import { answerQuery, type DnsOptions } from "./answer.ts";
import { RateLimit } from "./rate.ts";

export interface DnsServerOptions extends DnsOptions {
  readonly port: number;
  readonly isPeer: (address: string | undefined) => boolean;
  readonly onDenied: (name: string, outcome: "denied" | "over_rate" | "malformed") => void;
}

export interface DnsServer {
  readonly port: number;
  close(): void;
}

type Handle = (query: Buffer, peer: string | undefined) => Buffer | undefined;

/** One query after another on a TCP connection, each with its length in front. */
function serveStream(socket: Socket, handle: Handle): void {
  let pending = Buffer.alloc(0);
  socket.setTimeout(LIMITS.dnsTcpIdleMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const length = pending.readUInt16BE(0);
      if (length > 512) {
        socket.destroy();
        return;
      }
      if (pending.length < 2 + length) return;
      const answer = handle(pending.subarray(2, 2 + length), socket.remoteAddress);
      pending = pending.subarray(2 + length);
      if (!answer) {
        socket.destroy();
        return;
      }
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([prefix, answer]));
    }
  });
}

/** Serves DNS over UDP and TCP on one address; resolves when both are bound. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const rate = new RateLimit(LIMITS.dnsQueriesPerSecond);
  const handle: Handle = (query, peer) => {
    if (!options.isPeer(peer)) return undefined;
    if (!rate.take(Date.now())) {
      options.onDenied("(any)", "over_rate");
      return undefined;
    }
    const answer = answerQuery(query, options);
    if (!answer) options.onDenied("(none)", "malformed");
    else if (answer.denied !== undefined) options.onDenied(answer.denied, "denied");
    return answer?.message;
  };

  const tcp = createServer((socket) => {
    if (options.isPeer(socket.remoteAddress)) serveStream(socket, handle);
    else socket.destroy();
  });
  tcp.maxConnections = LIMITS.dnsTcpConnections;
  const udp = createSocket("udp4");
  udp.on("message", (query, { address, port }) => {
    const answer = handle(query, address);
    if (answer) udp.send(answer, port, address);
  });

  const tcpPort = await new Promise<number>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(options.port, options.address, () => {
      resolve((tcp.address() as { port: number }).port);
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      udp.once("error", reject);
      udp.bind(tcpPort, options.address, resolve);
    });
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on("error", () => undefined); // a failed send concerns the peer alone
  return {
    port: tcpPort,
    close() {
      tcp.close();
      udp.close();
    },
  };
}
