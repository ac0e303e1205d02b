import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { route } from "../../support/bottle.ts";
import { openTunnel } from "../../support/client.ts";
import { startOrigin, startRawOrigin } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";
const H = `Host: ${host}\r\n`;
const withAuth = route(host, {
  auth: { scheme: "Bearer", header: "authorization", secret: { source: "env", name: "T" }, wildcard: false },
});
const secrets = { "env:T": "sk-real-0123456789abcdef" };

type Handler = Parameters<typeof startOrigin>[0];
async function setUp(handler: Handler, routes = [route(host)]) {
  const origin = keep(await startOrigin(handler));
  const sidecar = await bottle({ routes, secrets, origins: { 443: origin.port } });
  return { origin, sidecar, wire: await openTunnel(sidecar, `${host}:443`) };
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([
  ["a plain route", route(host)],
  ["a route whose answers are scanned", withAuth],
])("server-sent events on %s", (_title, declared) => {
  it("passes each event on before the next one is sent", async () => {
    let response: ServerResponse | undefined;
    const { wire } = await setUp(
      (_request, answer) => {
        response = answer;
        answer.writeHead(200, { "content-type": "text/event-stream" });
        answer.write("data: 0\n\n");
      },
      [declared],
    );
    wire.send(`GET /events HTTP/1.1\r\n${H}\r\n`);
    for (let i = 0; i < 5; i++) {
      await wire.until((text) => text.includes(`data: ${i}\n\n`));
      expect(wire.text).not.toContain(`data: ${i + 1}`);
      response?.write(`data: ${i + 1}\n\n`);
    }
    response?.end();
  });

  it("passes the head on before there is a body", async () => {
    const { wire } = await setUp(
      (_request, answer) => {
        answer.writeHead(200, { "x-early": "1" }).flushHeaders();
      },
      [declared],
    );
    wire.send(`GET /events HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.until((text) => text.includes("\r\n\r\n"))).toContain("x-early: 1");
  });
});

describe("bodies", () => {
  it("streams 200 MB in both directions in bounded memory", async () => {
    const size = 200 * 1024 * 1024;
    let received = 0;
    const { wire } = await setUp((request, response) => {
      request.on("data", (chunk: Buffer) => (received += chunk.length));
      request.on("end", () => {
        response.writeHead(200, { "content-length": size });
        const chunk = Buffer.alloc(256 * 1024);
        let left = size / chunk.length;
        const more = (): void => {
          while (left > 0 && response.write(chunk)) left--;
          if (left > 0) response.once("drain", more);
        };
        left--;
        response.write(chunk, more);
      });
    });
    const before = process.memoryUsage();
    let peak = 0;
    const watch = setInterval(() => {
      const { external, heapUsed } = process.memoryUsage();
      peak = Math.max(peak, external + heapUsed - before.external - before.heapUsed);
    }, 10);
    let back = 0;
    wire.socket.removeAllListeners("data");
    wire.socket.on("data", (chunk: Buffer) => (back += chunk.length));
    wire.send(`POST /up HTTP/1.1\r\n${H}Content-Length: ${size}\r\n\r\n`);
    const chunk = Buffer.alloc(256 * 1024);
    for (let sent = 0; sent < size; sent += chunk.length) {
      if (!wire.socket.write(chunk)) await once(wire.socket, "drain");
    }
    while (back < size) await sleep(10);
    clearInterval(watch);
    expect(received).toBe(size);
    // Client, proxy and origin share this process: their buffers together, and what is not collected yet.
    expect(peak).toBeLessThan(96 * 1024 * 1024);
  }, 30_000);

  it("stops reading from an upstream whose client does not read", async () => {
    let sent = 0;
    const { wire, sidecar } = await setUp((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (sent < 512 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", more);
            return;
          }
        }
      };
      more();
    });
    wire.socket.pause();
    wire.socket.removeAllListeners("data");
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await sleep(500);
    const [before, connections] = [sent, sidecar.runtime.openConnections];
    await sleep(200);
    expect(sent).toBe(before);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(connections).toBe(1);
    wire.socket.destroy();
  });

  it("sends the first bytes of a request body on before the rest comes", async () => {
    const seen: string[] = [];
    const { wire } = await setUp((request, response) => {
      request.on("data", (chunk: Buffer) => {
        seen.push(chunk.toString());
        if (seen.length === 1) response.write("got it");
      });
      request.on("end", () => response.end());
    });
    wire.send(`POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n`);
    await wire.until((text) => text.includes("got it"));
    expect(seen).toEqual(["first"]);
    wire.send("4\r\nrest\r\n0\r\n\r\n");
    await wire.answer();
    expect(seen).toEqual(["first", "rest"]);
  });

  it("carries trailers both ways, without what may not stand in one", async () => {
    const { wire } = await setUp((request, response) => {
      request.resume();
      request.on("end", () => {
        response.writeHead(200, { trailer: "x-sum" });
        response.write(JSON.stringify(request.trailers));
        response.addTrailers({ "x-sum": "42", "alt-svc": "h3" });
        response.end();
      });
    });
    wire.send(`POST / HTTP/1.1\r\n${H}TE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n`);
    wire.send("2\r\nhi\r\n0\r\nX-Check: 7\r\nAuthorization: Bearer x\r\nHost: evil\r\nContent_Length: 9\r\n\r\n");
    const { body } = await wire.answer();
    expect(body).toContain('{"x-check":"7"}');
    expect(body).toContain("x-sum: 42");
    expect(body).not.toContain("alt-svc");
  });
});

describe("answers of every kind", () => {
  it("has no body for HEAD, 204 and 304, and the connection goes on", async () => {
    const { wire } = await setUp((request, response) => {
      const status = Number(/\d+/.exec(request.url ?? "")?.[0] ?? 200);
      response.writeHead(status, status === 200 ? { "content-length": 5 } : {});
      response.end(request.method === "HEAD" || status !== 200 ? undefined : "12345");
    });
    wire.send(`HEAD /200 HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer("HEAD")).toMatchObject({ status: 200, headers: { "content-length": "5" } });
    for (const status of [204, 304]) {
      wire.send(`GET /${status} HTTP/1.1\r\n${H}\r\n`);
      expect(await wire.answer()).toMatchObject({ status, body: "" });
    }
    wire.send(`GET /200 HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "12345" });
  });

  it("passes redirects on untouched, repeated fields in order, and no Alt-Svc", async () => {
    const { wire, sidecar } = await setUp((_request, response) => {
      response.writeHead(302, "Found Elsewhere", [
        ...["Location", "https://169.254.169.254/"],
        ...["Set-Cookie", "a=1", "Set-Cookie", "b=2", "Alt-Svc", 'h3=":443"', "Connection", "X-Hop", "X-Hop", "1"],
      ]);
      response.end();
    });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    const { status, head } = await wire.answer();
    expect(status).toBe(302);
    expect(head).toContain("Found Elsewhere");
    expect(head).toContain("location: https://169.254.169.254/");
    expect(head.indexOf("a=1")).toBeLessThan(head.indexOf("b=2"));
    expect(head).not.toMatch(/alt-svc|x-hop/i);
    expect(sidecar.dialled).toHaveLength(1);
  });

  it("hands Expect: 100-continue to the upstream, and sends the body when it agrees", async () => {
    const { wire, sidecar } = await setUp((request, response) => {
      request.on("data", () => undefined);
      request.on("end", () => response.end("done"));
    });
    wire.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 100 });
    wire.send("hi");
    expect(await wire.answer()).toMatchObject({ status: 200, body: "done" });
    const other = await openTunnel(sidecar, "evil.example:443");
    other.send("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    expect(await other.answer()).toMatchObject({ status: 403, headers: { connection: "close" } });
  });

  it("passes a refusal on that comes in place of 100", async () => {
    const origin = keep(
      await startRawOrigin((socket) => {
        socket.once("data", () => socket.write("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"));
      }),
    );
    const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await openTunnel(sidecar, `${host}:443`);
    wire.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 417, headers: { connection: "close" } });
    expect(await wire.closed()).toBe("");
  });

  it("sends the body to an upstream that says nothing to Expect", async () => {
    const origin = keep(
      await startRawOrigin((socket) => {
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk.toString();
          if (text.endsWith("hi")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
      }),
    );
    const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await openTunnel(sidecar, `${host}:443`);
    wire.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 100 });
    wire.send("hi");
    expect(await wire.answer()).toMatchObject({ status: 200 });
  });

  it("passes an early answer on while the body still comes, and keeps the connection usable", async () => {
    const { wire } = await setUp((request, response) => {
      if (request.url === "/next") response.end("next");
      else response.writeHead(413, { connection: "close" }).end("too much");
    });
    const size = 2 * 1024 * 1024;
    wire.send(`POST /big HTTP/1.1\r\n${H}Content-Length: ${size}\r\n\r\n`);
    wire.send(Buffer.alloc(size / 2));
    expect(await wire.answer()).toMatchObject({ status: 413, body: "too much" });
    wire.send(Buffer.alloc(size / 2));
    wire.send(`GET /next HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "next" });
  });

  it("answers a client that has closed its sending side", async () => {
    const { wire } = await setUp((_request, response) => {
      setTimeout(() => response.end("late"), 50);
    });
    wire.socket.allowHalfOpen = true;
    wire.socket.end(`GET / HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "late" });
  });

  it("shows a cut answer as a cut answer, and writes it down", async () => {
    const origin = keep(
      await startRawOrigin((socket) => {
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
          setTimeout(() => socket.destroy(), 20);
        });
      }),
    );
    const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await openTunnel(sidecar, `${host}:443`);
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "half", isCut: true });
    expect(sidecar.records().at(-1)).toMatchObject({ type: "request", status: 200, aborted: "upstream_failed" });
  });

  it("ends the upstream's side when the client goes away", async () => {
    let isGone = false;
    const { wire, sidecar } = await setUp((request, response) => {
      const timer = setInterval(() => response.write("x"), 10);
      request.socket.on("close", () => {
        clearInterval(timer);
        isGone = true;
      });
    });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await wire.until((text) => text.includes("x\r\n"));
    wire.socket.destroy();
    while (!isGone) await sleep(5); // eslint-disable-line @typescript-eslint/no-unnecessary-condition -- set by an event
    expect(sidecar.records().at(-1)).toMatchObject({ type: "request", aborted: "client_closed" });
  });

  it("refuses WebSockets and h2c at once in a way that clients fall back from", async () => {
    const { wire, sidecar } = await setUp((_request, response) => response.end("plain"));
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n";
    const started = performance.now();
    wire.send(`GET /ws HTTP/1.1\r\n${H}${upgrade}\r\n`);
    expect(await wire.json()).toMatchObject({ status: 426, error: { code: "websocket_refused" } });
    expect(performance.now() - started).toBeLessThan(200);
    const other = await openTunnel(sidecar, "evil.example:443");
    other.send(`GET /ws HTTP/1.1\r\nHost: evil.example\r\n${upgrade}\r\n`);
    expect(await other.json()).toMatchObject({ status: 426 });
    const third = await openTunnel(sidecar, `${host}:443`);
    third.send(
      `GET / HTTP/1.1\r\n${H}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`,
    );
    expect(await third.answer()).toMatchObject({ status: 200, body: "plain" });
  });
});
