import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { TestBottle } from "./bottle.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly head: string;
  readonly body: string;
  /** the connection ended before the answer was whole */
  readonly isCut: boolean;
}

export interface RefusalDocument {
  readonly error: {
    readonly code: string;
    readonly reason: string;
    readonly host: string;
    readonly method: string;
    readonly path: string;
    readonly rule?: string;
    readonly hint: string;
    readonly manifest_snippet?: string;
  };
}

/** As much of a bottle as a client needs to reach it. */
export interface Reachable extends Pick<TestBottle, "clients" | "authority"> {
  readonly runtime: { readonly ports: { readonly proxy: number } };
  /** 127.0.0.1 when absent */
  readonly address?: string;
}

/** Reads bytes of a connection as they come, for a test that looks at framing itself. */
export class Wire {
  readonly socket: Socket;
  #text = "";
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.#text += chunk.toString("latin1");
      this.#wake();
    });
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    socket.on("end", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  get text(): string {
    return this.#text;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  }

  /** Waits for text to come, or for the end. @returns everything so far */
  async until(isEnough: (text: string) => boolean): Promise<string> {
    while (!isEnough(this.#text) && !this.#isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#text;
  }

  async closed(): Promise<string> {
    return this.until(() => false);
  }

  /** Takes one answer off the wire. */
  async answer(method = "GET"): Promise<RawAnswer> {
    await this.until((text) => text.includes("\r\n\r\n"));
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return { status: 0, headers: {}, head: this.#text, body: "", isCut: true };
    const head = this.#text.slice(0, end);
    const lines = head.split("\r\n").slice(1);
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(":", 1)[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()]),
    );
    const status = Number(head.split(" ")[1]);
    this.#text = this.#text.slice(end + 4);
    if (status < 200) return { status, headers, head, body: "", isCut: false };
    const body = await this.#body(headers, method === "HEAD" || status === 204 || status === 304);
    return { status, headers, head, ...body };
  }

  async json(method?: string): Promise<{ status: number } & RefusalDocument> {
    const { status, body } = await this.answer(method);
    return { status, ...(JSON.parse(body) as RefusalDocument) };
  }

  async #body(headers: Readonly<Record<string, string>>, isEmpty: boolean): Promise<{ body: string; isCut: boolean }> {
    if (isEmpty) return { body: "", isCut: false };
    const length = headers["content-length"];
    if (length !== undefined) {
      await this.until((text) => text.length >= Number(length));
      const body = this.#text.slice(0, Number(length));
      this.#text = this.#text.slice(Number(length));
      return { body, isCut: body.length < Number(length) };
    }
    if (headers["transfer-encoding"] !== "chunked") return { body: await this.closed(), isCut: false };
    let body = "";
    for (;;) {
      await this.until((text) => text.includes("\r\n"));
      const match = /^([0-9a-f]+)\r\n/i.exec(this.#text);
      if (!match?.[1]) return { body, isCut: true };
      const size = Number.parseInt(match[1], 16);
      const start = match[0].length;
      if (size === 0) {
        await this.until((text) => text.slice(start).startsWith("\r\n") || text.includes("\r\n\r\n"));
        const trailerEnd = this.#text.indexOf("\r\n\r\n", start - 2);
        body += this.#text.slice(start, Math.max(start, trailerEnd));
        this.#text = this.#text.slice(trailerEnd + 4);
        return { body, isCut: trailerEnd < 0 };
      }
      await this.until((text) => text.length >= start + size + 2);
      body += this.#text.slice(start, start + size);
      if (this.#text.length < start + size + 2) return { body, isCut: true };
      this.#text = this.#text.slice(start + size + 2);
    }
  }
}

/** A plain connection to the proxy's port. */
export async function connectProxy({ address, runtime, clients }: Reachable): Promise<Wire> {
  const socket = connect({ port: runtime.ports.proxy, host: address ?? "127.0.0.1", allowHalfOpen: true });
  clients.push(socket);
  await once(socket, "connect");
  return new Wire(socket);
}

export async function secure(socket: Socket, serverName: string, ca: string): Promise<TLSSocket> {
  const tls = connectTls({
    socket,
    servername: serverName,
    ca,
    ALPNProtocols: ["http/1.1"],
    checkServerIdentity: () => undefined,
  });
  await once(tls, "secureConnect");
  return tls;
}

/** CONNECT and TLS inside it. `sni` may be another name than the authority, or empty for none. */
export async function openTunnel(bottle: Reachable, authority: string, sni?: string): Promise<Wire> {
  const proxy = await connectProxy(bottle);
  proxy.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const { status, head } = await proxy.answer("HEAD");
  if (status !== 200) throw new Error(`CONNECT was refused: ${head}`);
  proxy.socket.removeAllListeners("data");
  const host = authority.replace(/:\d+$/, "");
  return new Wire(await secure(proxy.socket, sni ?? host, bottle.authority.certificate));
}

/** One GET through a fresh tunnel. */
export async function get(bottle: Reachable, host: string, path = "/", headers = ""): Promise<RawAnswer> {
  const wire = await openTunnel(bottle, `${host}:443`);
  wire.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
  const answer = await wire.answer();
  wire.socket.destroy();
  return answer;
}

export function errorOf({ body }: RawAnswer): RefusalDocument["error"] {
  return (JSON.parse(body) as RefusalDocument).error;
}
