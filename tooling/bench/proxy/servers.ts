/**
 * One of the processes of the comparison, by argument: `origin`, `bare` (the least that intercepts TLS with Node) or
 * `sidecar`. Prints `{port, ca, rss}` when it listens; `rss` again on every line that it is sent.
 */
import { createServer, type RequestListener } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { type AddressInfo, connect as connectTcp, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { type AuthorityMaterial, type EgressRoute } from "@bot-bottle/core";
import { mintAuthority } from "../../../packages/sidecar/src/ca/authority.ts";
import { LeafCache } from "../../../packages/sidecar/src/ca/leaf-cache.ts";
import { ControlService } from "../../../packages/sidecar/src/control/service.ts";

const [role = "", originPort = "0", originCa = ""] = process.argv.slice(2);
const HOST = "bench.example";
const SCANNED = "scanned.example";
const toOrigin = (): Socket => connectTcp(Number(originPort), "127.0.0.1");

function report(port: number, authority: AuthorityMaterial): void {
  const say = (): void =>
    void process.stdout.write(
      `${JSON.stringify({ port, ca: authority.certificate, rss: process.memoryUsage.rss() })}\n`,
    );
  say();
  process.stdin.on("data", say);
  process.stdin.on("end", () => process.exit(0));
}

function listen(server: Server, authority: AuthorityMaterial): void {
  server.listen(0, "127.0.0.1", () => {
    report((server.address() as AddressInfo).port, authority);
  });
}

async function startOrigin(): Promise<void> {
  const authority = await mintAuthority("origin");
  const leaves = new LeafCache(authority);
  const body = Buffer.alloc(1024, "x");
  const handler: RequestListener = (request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-length": body.length, "content-type": "text/plain" }).end(body);
    });
  };
  const http = createServer(handler);
  const tls = createTlsServer({
    SNICallback: (name, done) => {
      done(null, leaves.contextFor(name));
    },
  });
  tls.on("secureConnection", (socket) => http.emit("connection", socket.setNoDelay(true)));
  listen(tls, authority);
}

async function startBare(): Promise<void> {
  const authority = await mintAuthority("bare");
  const context = new LeafCache(authority).contextFor(HOST);
  const agent = new Agent({ keepAlive: true, ca: originCa, servername: HOST });
  const inner = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const options = { agent, host: "127.0.0.1", port: Number(originPort), method, path: url, headers };
    const upstream = httpsRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on("socket", (socket) => socket.setNoDelay(true));
    upstream.on("error", () => response.destroy());
    request.pipe(upstream);
  });
  const proxy = createServer();
  proxy.on("connect", (_request, socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const tls = new TLSSocket(socket, { isServer: true, secureContext: context });
    tls.on("error", () => socket.destroy());
    inner.emit("connection", tls);
  });
  listen(proxy, authority);
}

async function startSidecar(): Promise<void> {
  const authority = await mintAuthority("sidecar");
  const route = (host: string): EgressRoute => ({
    ...{ id: host, host, port: 443, scheme: "https", from: "bench", agentCredentials: false, matches: [] },
    ...{ git: { fetch: false }, websocket: false, allowPrivate: [] },
  });
  const secret = { source: "env", name: "T" } as const;
  const auth = { scheme: "Bearer", header: "authorization", secret, wildcard: false } as const;
  const service = new ControlService({
    lookup: async () => ["93.184.216.34"],
    connect: toOrigin,
    ports: { proxy: 0, https: 0, http: 0, dns: 0 },
    auditFallback: () => undefined,
  });
  const configuration = {
    slug: "bench",
    generation: 1,
    policy: { routes: [route(HOST), { ...route(SCANNED), auth }], providerRules: [] },
    secrets: { "env:T": "sk-bench-0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghijklmnopqrstuvwxyz" },
    authority,
    network: {
      listenAddress: "127.0.0.1",
      internalSubnet: "127.0.0.0/8",
      hostAddresses: [],
      gateways: [],
      silentAddresses: [],
    },
    upstream: { caCertificates: [originCa] },
    audit: { count: 0, hash: "0".repeat(64), restarted: false, redactionKey: "00".repeat(32) },
    logLevel: 1,
  };
  await service.call("configure", configuration, { sendLine: () => undefined, onGone: () => undefined });
  report(service.runtime?.ports.proxy ?? 0, authority);
}

const roles: Readonly<Record<string, () => Promise<void>>> = {
  origin: startOrigin,
  bare: startBare,
  sidecar: startSidecar,
};
await roles[role]?.();
