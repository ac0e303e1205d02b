import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { LeafCache } from "../../../src/ca/leaf-cache.ts";
import { mintAuthority } from "../../../src/ca/authority.ts";
import { type BottleOptions, PUBLIC_ADDRESS, route } from "../../support/bottle.ts";
import { errorOf, get, openTunnel } from "../../support/client.ts";
import { listen, originAuthority, startOrigin, startPlain, startRawOrigin, startTcp } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";
const ok = () => startOrigin((_request, response) => response.end("ok"));
const addresses =
  (...list: string[]): NonNullable<BottleOptions["lookup"]> =>
  async () =>
    list;

describe("addresses", () => {
  it.each([
    ["127.0.0.1", "blocked_address"],
    ["169.254.169.254", "blocked_address"],
    ["100.100.100.200", "blocked_address"],
    ["::1", "blocked_address"],
    ["::ffff:127.0.0.1", "blocked_address"],
    ["64:ff9b::a9fe:a9fe", "blocked_address"],
    ["fd00:ec2::254", "blocked_address"],
    ["198.18.0.1", "blocked_address"], // the host's own, from the configuration
    ["10.0.0.1", "private_address"],
    ["100.64.0.1", "private_address"],
  ])("refuses a name that resolves to %s with %s, and connects nowhere", async (address, code) => {
    const sidecar = await bottle({ routes: [route(host)], lookup: addresses(address) });
    const answer = await get(sidecar, host);
    expect(answer.status).toBe(403);
    expect(errorOf(answer)).toMatchObject({ code, rule: `${host}:443` });
    expect(sidecar.dialled).toEqual([]);
  });

  it("refuses a name when one address of several is bad", async () => {
    const sidecar = await bottle({ routes: [route(host)], lookup: addresses(PUBLIC_ADDRESS, "127.0.0.1") });
    expect(errorOf(await get(sidecar, host)).code).toBe("blocked_address");
    expect(sidecar.dialled).toEqual([]);
  });

  it("reaches private addresses that the route lists, never loopback", async () => {
    const origin = keep(await ok());
    const options = {
      routes: [route(host, { allowPrivate: ["10.0.0.0/8", "127.0.0.0/8"] })],
      origins: { 443: origin.port },
    };
    const inside = await bottle({ ...options, lookup: addresses("10.1.2.3") });
    expect(await get(inside, host)).toMatchObject({ status: 200 });
    expect(inside.dialled).toEqual(["10.1.2.3:443"]);
    const loopback = await bottle({ ...options, lookup: addresses("127.0.0.1") });
    expect(errorOf(await get(loopback, host)).code).toBe("blocked_address");
  });

  it("connects to the address that was checked, whatever the name says a moment later", async () => {
    const origin = keep(await ok());
    let asked = 0;
    const sidecar = await bottle({
      routes: [route(host)],
      origins: { 443: origin.port },
      lookup: async () => (++asked === 1 ? [PUBLIC_ADDRESS] : ["127.0.0.1"]),
    });
    expect(await get(sidecar, host)).toMatchObject({ status: 200 });
    expect(sidecar.dialled).toEqual([`${PUBLIC_ADDRESS}:443`]);
  });

  it("tries IPv4 first, then the next address", async () => {
    const origin = keep(await ok());
    const sidecar = await bottle({
      routes: [route(host)],
      lookup: addresses("2606:2800:220:1::1", "93.184.216.1", PUBLIC_ADDRESS),
      connect: (address) => connectTcp(address === PUBLIC_ADDRESS ? origin.port : 1, "127.0.0.1"),
    });
    expect(await get(sidecar, host)).toMatchObject({ status: 200 });
    expect(sidecar.dialled).toEqual(["93.184.216.1:443", `${PUBLIC_ADDRESS}:443`]);
  });

  it("resolves only after policy has allowed the request, and remembers the answer", async () => {
    const origin = keep(await ok());
    const one = route(host, { matches: [{ paths: [{ type: "exact", value: "/ok" }], methods: [], headers: [] }] });
    const sidecar = await bottle({ routes: [one], origins: { 443: origin.port } });
    expect(errorOf(await get(sidecar, host, "/no")).code).toBe("no_match");
    expect(sidecar.looked).toEqual([]);
    await get(sidecar, host, "/ok");
    await get(sidecar, host, "/ok");
    expect(sidecar.looked).toEqual([host]);
  });
});

describe("an upstream that fails", () => {
  it("says so for a name that does not resolve", async () => {
    const sidecar = await bottle({ routes: [route(host)], lookup: () => Promise.reject(new Error("ENOTFOUND")) });
    const answer = await get(sidecar, host);
    expect(answer.status).toBe(502);
    expect(errorOf(answer).code).toBe("unresolved");
  });

  it("says so for a closed port, and for one that hangs up", async () => {
    const closed = await bottle({ routes: [route(host)] });
    const answer = await get(closed, host);
    expect(answer.status).toBe(502);
    expect(errorOf(answer)).toMatchObject({ code: "upstream_failed", reason: expect.stringContaining("ECONNREFUSED") });
    const rude = keep(await startTcp((socket) => socket.destroy()));
    const sidecar = await bottle({ routes: [route(host)], origins: { 443: rude.port } });
    expect(errorOf(await get(sidecar, host)).code).toBe("upstream_failed");
    const half = keep(await startRawOrigin((socket) => socket.once("data", () => socket.destroy())));
    const second = await bottle({ routes: [route(host)], origins: { 443: half.port } });
    expect(errorOf(await get(second, host)).code).toBe("upstream_failed");
  });

  it.each([
    ["of another authority", false, undefined],
    ["for another host", true, "other.example"],
  ])("refuses a certificate %s", async (_title, trusted, asHost) => {
    const other = new LeafCache(trusted ? (await originAuthority()).authority : await mintAuthority("stranger"));
    const server = createTlsServer({
      SNICallback: (name, done) => {
        done(null, other.contextFor(asHost ?? name));
      },
    });
    server.on("tlsClientError", () => undefined);
    const origin = keep(await listen(server));
    const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
    const answer = await get(sidecar, host);
    expect(answer.status).toBe(502);
    expect(errorOf(answer).code).toBe("upstream_certificate");
  });

  it("does not believe origins when no extra authority is given", async () => {
    const origin = keep(await ok());
    const sidecar = await bottle({
      routes: [route(host)],
      origins: { 443: origin.port },
      change: (configuration) => ({ ...configuration, upstream: { caCertificates: [] } }),
    });
    expect(errorOf(await get(sidecar, host)).code).toBe("upstream_certificate");
  });

  it("does not pass strange bytes, too many fields or too long a head on", async () => {
    const heads = [
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "SSH-2.0\r\n",
      "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    ];
    heads.push(
      `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(500)}\r\n`,
      `HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}\r\n\r\n`,
    );
    for (const head of heads) {
      const origin = keep(await startRawOrigin((socket) => socket.once("data", () => socket.end(head, "latin1"))));
      const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
      expect(errorOf(await get(sidecar, host)).code).toBe("upstream_failed");
    }
  });

  describe("a kept connection that was closed meanwhile", () => {
    /** Asks once, then `request` on the same connection, which the upstream closes when it has read that. */
    async function askOnClosed(request: string) {
      const seen: string[] = [];
      const origin = keep(
        await startRawOrigin((socket) => {
          socket.on("data", (chunk: Buffer) => {
            seen.push(chunk.toString("latin1").split(" ", 1)[0] ?? "");
            if (seen.length === 2) socket.destroy();
            else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${seen.at(-1) === "HEAD" ? "" : "ok"}`);
          });
        }),
      );
      const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
      expect(await get(sidecar, host)).toMatchObject({ status: 200 });
      const wire = await openTunnel(sidecar, `${host}:443`);
      const [line, ...body] = request.split("\n");
      wire.send(`${line ?? ""} HTTP/1.1\r\nHost: ${host}\r\n${body.join("\r\n")}\r\n`);
      const answer = await wire.answer(line?.split(" ", 1)[0]);
      return { answer, seen: seen.slice(1) };
    }

    it.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])(
      "is no reason to fail a %s: it is sent again",
      async (method) => {
        const { answer, seen } = await askOnClosed(`${method} /`);
        expect(answer.status).toBe(200);
        expect(seen).toEqual([method, method]);
      },
    );

    it.each([
      ["POST without a body", "POST /"],
      ["POST with an empty body", "POST /\nContent-Length: 0\n"],
      ["PATCH", "PATCH /"],
      ["LOCK", "LOCK /"],
    ])("fails a %s: it may have been done already", async (_title, request) => {
      const { answer, seen } = await askOnClosed(request);
      expect(answer.status).toBe(502);
      expect(errorOf(answer).code).toBe("upstream_failed");
      expect(seen).toHaveLength(1);
    });

    it("fails a PUT with a body: that is gone", async () => {
      const { answer, seen } = await askOnClosed("PUT /\nContent-Length: 2\n\nab");
      expect(errorOf(answer).code).toBe("upstream_failed");
      expect(seen[0]).toBe("PUT");
    });
  });
});

describe("connections to upstreams", () => {
  it("are shared by requests of one route and never by two", async () => {
    const origin = keep(await ok());
    const routes = [route(host), route("other.example")];
    const sidecar = await bottle({ routes, origins: { 443: origin.port } });
    await get(sidecar, host);
    await get(sidecar, host);
    expect(origin.connections).toHaveLength(1);
    await get(sidecar, "other.example");
    expect(origin.connections).toHaveLength(2);
  });
});

/** A forward proxy as organisations have them; what it saw is written down. */
async function startCorporate(originPort: number, status = 200) {
  const seen: { line: string; authorization: string | undefined }[] = [];
  const server = createHttpServer((request, response) => {
    seen.push({
      line: `${request.method ?? ""} ${request.url ?? ""}`,
      authorization: request.headers["proxy-authorization"],
    });
    response.end("by proxy");
  });
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    seen.push({ line: `CONNECT ${request.url ?? ""}`, authorization: request.headers["proxy-authorization"] });
    socket.write(`HTTP/1.1 ${status} X\r\n\r\n`);
    if (status !== 200) return;
    const origin = connectTcp(originPort, "127.0.0.1");
    origin.on("error", () => socket.destroy());
    socket.on("error", () => origin.destroy());
    socket.pipe(origin).pipe(socket);
  });
  return { seen, server: keep(await listen(server)) };
}

describe("a corporate proxy", () => {
  const proxied = (url: string, options: BottleOptions): BottleOptions => ({
    ...options,
    secrets: { "env:P": "user:correct-horse", ...options.secrets },
    change: (configuration) => ({
      ...configuration,
      upstream: { ...configuration.upstream, proxy: { url, authSecretKey: "env:P" } },
    }),
  });
  const authorization = `Basic ${Buffer.from("user:correct-horse").toString("base64")}`;

  it("gets a CONNECT with its credential, and TLS to the host goes through it", async () => {
    const origin = keep(await ok());
    const { seen, server } = await startCorporate(origin.port);
    const sidecar = await bottle(
      proxied("http://proxy.corp:3128", { routes: [route(host)], origins: { 3128: server.port } }),
    );
    expect(await get(sidecar, host)).toMatchObject({ status: 200, body: "ok" });
    expect(seen).toEqual([{ line: `CONNECT ${host}:443`, authorization }]);
    expect(JSON.stringify(sidecar.records())).not.toContain("correct-horse");
  });

  it("may itself be reached over TLS", async () => {
    const origin = keep(await ok());
    const { server } = await startCorporate(origin.port);
    const { leaves } = await originAuthority();
    const tls = createTlsServer(
      {
        SNICallback: (name, done) => {
          done(null, leaves.contextFor(name));
        },
      },
      (socket) => {
        const plain = connectTcp(server.port, "127.0.0.1");
        socket.on("error", () => plain.destroy());
        plain.on("error", () => socket.destroy());
        socket.pipe(plain).pipe(socket);
      },
    );
    const secureProxy = keep(await listen(tls));
    const sidecar = await bottle(
      proxied("https://proxy.corp:8443", { routes: [route(host)], origins: { 8443: secureProxy.port } }),
    );
    expect(await get(sidecar, host)).toMatchObject({ status: 200, body: "ok" });
  });

  it("is asked in absolute form for plain HTTP", async () => {
    const { seen, server } = await startCorporate(1);
    const http = route(host, { scheme: "http", port: 80 });
    const sidecar = await bottle(proxied("http://proxy.corp:3128", { routes: [http], origins: { 3128: server.port } }));
    const proxySocket = connectTcp(sidecar.runtime.ports.proxy, "127.0.0.1");
    sidecar.clients.push(proxySocket);
    proxySocket.write(`GET http://${host}/x HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const [data] = (await once(proxySocket, "data")) as [Buffer];
    expect(data.toString()).toContain("200");
    expect(seen).toEqual([{ line: `GET http://${host}/x`, authorization }]);
  });

  it("gets names that do not resolve here, and none that resolves private; its own address is exempt", async () => {
    const origin = keep(await ok());
    const { server } = await startCorporate(origin.port);
    const lookup = async (name: string): Promise<readonly string[]> => {
      if (name === "proxy.corp") return ["10.9.9.9"];
      if (name === "inner.example") return ["10.0.0.5"];
      throw new Error("ENOTFOUND");
    };
    const routes = [route(host), route("inner.example")];
    const sidecar = await bottle(proxied("http://proxy.corp:3128", { routes, lookup, origins: { 3128: server.port } }));
    expect(await get(sidecar, host)).toMatchObject({ status: 200 });
    expect(errorOf(await get(sidecar, "inner.example")).code).toBe("private_address");
    expect(sidecar.dialled).toEqual(["10.9.9.9:3128"]);
  });

  it("that refuses is told apart, without its credential", async () => {
    const { server } = await startCorporate(1, 407);
    const sidecar = await bottle(
      proxied("http://proxy.corp:3128", { routes: [route(host)], origins: { 3128: server.port } }),
    );
    const answer = await get(sidecar, host);
    expect(errorOf(answer)).toMatchObject({ code: "upstream_failed", reason: expect.stringContaining("407") });
    expect(answer.body).not.toContain(authorization);
  });
});

describe("doors for programs that ignore proxy variables", () => {
  it("serve TLS by the server name, and plain HTTP by the Host", async () => {
    const secureOrigin = keep(await startOrigin((request, response) => response.end(`tls ${request.url ?? ""}`)));
    const plainOrigin = keep(await startPlain((request, response) => response.end(`plain ${request.url ?? ""}`)));
    const routes = [route(host), route(host, { scheme: "http", port: 80 })];
    const sidecar = await bottle({ routes, origins: { 443: secureOrigin.port, 80: plainOrigin.port } });
    const { https, http } = sidecar.runtime.ports;
    const direct = await openDirect(https, host, sidecar.authority.certificate);
    expect(await direct(`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain("tls /a");
    expect(await direct("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toContain("421");
    const undeclared = await openDirect(https, "evil.example", sidecar.authority.certificate);
    expect(await undeclared("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toContain("host_not_declared");
    const unnamed = await openDirect(https, "", sidecar.authority.certificate);
    expect(await unnamed(`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain("421");
    const socket = connectTcp(http, "127.0.0.1");
    sidecar.clients.push(socket);
    socket.write(`GET /b HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /c HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    while (!text.includes("host_not_declared")) await once(socket, "data");
    expect(text).toContain("plain /b");
  });
});

async function openDirect(port: number, name: string, ca: string) {
  const { secure, Wire } = await import("../../support/client.ts");
  const wire = new Wire(await secure(connectTcp(port, "127.0.0.1"), name, ca));
  return async (text: string): Promise<string> => {
    wire.send(text);
    const { head, body } = await wire.answer();
    return `${head}\n${body}`;
  };
}

it("opens a tunnel without waiting for anything", async () => {
  const sidecar = await bottle({ routes: [route(host)], lookup: () => new Promise(() => undefined) });
  const wire = await openTunnel(sidecar, `${host}:443`);
  wire.socket.destroy();
});
