import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";

export interface SeenRequest {
  readonly method: string;
  /** path without query */
  readonly path: string;
}

/**
 * What becomes of a request: passed on; refused without reaching the engine; done by the engine, but its answer lost.
 */
export type Fate = "pass" | "refuse" | "lose-answer";

export interface FaultyEngine {
  /** value of DOCKER_HOST */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

const ENGINE = "/var/run/docker.sock";

function describe(message: IncomingMessage): SeenRequest {
  return { method: message.method ?? "", path: (message.url ?? "").replace(/\?.*$/, "") };
}

/** Stands between a client and the engine. @param decide is asked once for every request, in the order of their coming */
export async function startFaultyEngine(
  path: string,
  decide: (seen: SeenRequest, index: number) => Fate,
): Promise<FaultyEngine> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const fateOf = (message: IncomingMessage): Fate => {
    const one = describe(message);
    seen.push(one);
    return decide(one, seen.length - 1);
  };
  const server = createServer((message, answer) => {
    const fate = fateOf(message);
    if (fate === "refuse") {
      message.resume();
      answer.writeHead(500, { "content-type": "application/json" }).end('{"message":"refused by the test"}');
      return;
    }
    const { method, url, headers } = message;
    const forwarded = request({ socketPath: ENGINE, method, path: url, headers }, (reply) => {
      if (fate === "lose-answer") {
        reply.resume().once("end", () => message.socket.destroy());
        return;
      }
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    answer.on("close", () => forwarded.destroy());
    message.pipe(forwarded);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (message, client: Socket, head) => {
    const fate = fateOf(message);
    if (fate === "refuse") {
      client.end("HTTP/1.1 500 Refused\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const engine = connect({ path: ENGINE, allowHalfOpen: true });
    const lines = [`${message.method ?? ""} ${message.url ?? ""} HTTP/1.1`];
    for (let index = 0; index < message.rawHeaders.length; index += 2) {
      lines.push(`${message.rawHeaders[index] ?? ""}: ${message.rawHeaders[index + 1] ?? ""}`);
    }
    engine.write(`${lines.join("\r\n")}\r\n\r\n`);
    engine.write(head);
    sockets.add(engine);
    engine.on("error", () => client.destroy());
    client.on("error", () => engine.destroy());
    if (fate === "lose-answer") {
      engine.once("data", () => {
        client.destroy();
        engine.destroy();
      });
      return;
    }
    client.pipe(engine).pipe(client);
  });
  await once(server.listen(path), "listening");
  return {
    host: `unix://${path}`,
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), "close");
    },
  };
}
