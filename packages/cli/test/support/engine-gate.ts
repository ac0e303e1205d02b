import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { until } from "./process.ts";

const ENGINE = process.env["DOCKER_HOST"]?.replace(/^unix:\/\//, "") ?? "/var/run/docker.sock";

export interface EngineRequest {
  readonly method: string;
  /** without version and query, e.g. `/networks/create` */
  readonly path: string;
}

export interface EngineAnswer {
  readonly status?: number;
  /** on top of, or in place of, the engine's own */
  readonly headers?: IncomingHttpHeaders;
  /** in place of the engine's answer; the engine is not asked then */
  readonly body?: string;
}

type Matcher = (seen: EngineRequest) => boolean;

function describe(message: IncomingMessage): EngineRequest {
  const path = (message.url ?? "").replace(/\?.*$/, "").replace(/^\/v[0-9.]+(?=\/)/, "");
  return { method: message.method ?? "", path };
}

/** Requests, or answers, that wait until the test lets them go. */
export class Hold {
  readonly moment: "request" | "answer";
  readonly matches: Matcher;
  #count = 0;
  #release: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => (this.#release = resolve));

  constructor(moment: "request" | "answer", matches: Matcher) {
    this.moment = moment;
    this.matches = matches;
  }

  /** Waits until so many are held. */
  async reached(count = 1, timeoutMs = 60_000): Promise<void> {
    await until(`${count} held at the engine`, () => (this.#count >= count ? true : undefined), timeoutMs);
  }

  release(): void {
    this.#release();
  }

  async wait(): Promise<void> {
    this.#count += 1;
    await this.#released;
  }
}

/**
 * A socket in front of the real engine, where a test can hold up what passes, so that the command is known to be at one
 * step of its work and stays there. Everything else goes through as it is.
 */
export class EngineGate {
  /** value of DOCKER_HOST */
  readonly host: string;
  readonly seen: EngineRequest[] = [];
  readonly #holds: Hold[] = [];
  readonly #answers: { readonly matches: Matcher; readonly answer: EngineAnswer }[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((message, answer) => {
    this.#serve(message, answer).catch(() => answer.destroy());
  });

  private constructor(path: string) {
    this.host = `unix://${path}`;
    this.#server.on("connection", (socket) => {
      this.#keep(socket);
    });
    this.#server.on("upgrade", (message, client: Socket, head: Buffer) => {
      void this.#upgrade(message, client, head);
    });
  }

  /** @param dir where the socket is made */
  static async open(dir: string): Promise<EngineGate> {
    const path = join(dir, `gate-${process.pid}-${Math.random().toString(36).slice(2)}.sock`);
    const gate = new EngineGate(path);
    await once(gate.#server.listen(path), "listening");
    return gate;
  }

  /** Holds requests that match from now on: not sent to the engine, or done by it and not answered. */
  hold(moment: Hold["moment"], matches: Matcher): Hold {
    const hold = new Hold(moment, matches);
    this.#holds.push(hold);
    return hold;
  }

  /** Changes the answer to requests that match. */
  answer(matches: Matcher, answer: EngineAnswer): void {
    this.#answers.push({ matches, answer });
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    for (const hold of this.#holds) hold.release();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => this.#sockets.delete(socket));
  }

  async #pass(moment: Hold["moment"], seen: EngineRequest): Promise<void> {
    await Promise.all(
      this.#holds.filter((hold) => hold.moment === moment && hold.matches(seen)).map((hold) => hold.wait()),
    );
  }

  async #serve(message: IncomingMessage, answer: ServerResponse): Promise<void> {
    const seen = describe(message);
    this.seen.push(seen);
    await this.#pass("request", seen);
    if (message.socket.destroyed) return;
    const changed = this.#answers.find(({ matches }) => matches(seen))?.answer;
    if (changed?.body !== undefined) {
      message.resume();
      answer.writeHead(changed.status ?? 200, changed.headers).end(changed.body);
      return;
    }
    const { method, url, headers } = message;
    const asked = request({ socketPath: ENGINE, method, path: url, headers });
    answer.once("close", () => asked.destroy());
    message.pipe(asked);
    const [reply] = (await once(asked, "response")) as [IncomingMessage];
    await this.#pass("answer", seen);
    answer.writeHead(changed?.status ?? reply.statusCode ?? 500, { ...reply.headers, ...changed?.headers });
    reply.pipe(answer);
  }

  async #upgrade(message: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    const seen = describe(message);
    this.seen.push(seen);
    await this.#pass("request", seen);
    if (client.destroyed) return;
    const engine = connect({ path: ENGINE, allowHalfOpen: true });
    this.#keep(engine);
    const lines = [`${message.method ?? ""} ${message.url ?? ""} HTTP/1.1`];
    for (let index = 0; index < message.rawHeaders.length; index += 2) {
      lines.push(`${message.rawHeaders[index] ?? ""}: ${message.rawHeaders[index + 1] ?? ""}`);
    }
    engine.write(`${lines.join("\r\n")}\r\n\r\n`);
    engine.write(head);
    engine.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.on("error", () => engine.destroy()).on("close", () => engine.destroy());
    client.pipe(engine).pipe(client);
  }
}
