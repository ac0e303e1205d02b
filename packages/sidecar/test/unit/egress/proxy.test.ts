import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { route } from "../../support/bottle.ts";
import { connectProxy, errorOf, get, openTunnel } from "../../support/client.ts";
import { startOrigin, startPlain } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle: bottleWith } = testScope();
const host = "api.example.com";

describe("CONNECT", () => {
  it("carries requests to a declared host, several on one connection, both legs kept", async () => {
    const origin = keep(
      await startOrigin((request, response) => {
        response.end(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.host ?? ""}`);
      }),
    );
    const bottle = await bottleWith({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await openTunnel(bottle, `${host}:443`);
    for (const path of ["/one", "/two?x=1", "/three"]) {
      wire.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect(await wire.answer()).toMatchObject({ status: 200, body: `GET ${path} ${host}` });
    }
    expect((wire.socket as { alpnProtocol?: string }).alpnProtocol).toBe("http/1.1");
    expect(origin.connections).toHaveLength(1);
    expect(bottle.looked).toEqual([host]);
  });

  it("answers an undeclared host inside the tunnel, with the reason, without resolving or connecting", async () => {
    const bottle = await bottleWith({ routes: [route(host)] });
    const answer = await get(bottle, "evil.example", "/x?secret=1");
    expect(answer).toMatchObject({ status: 403, headers: { "content-type": "application/json" } });
    expect(errorOf(answer)).toMatchObject({
      code: "host_not_declared",
      host: "evil.example",
      method: "GET",
      path: "/x",
      hint: expect.stringMatching(/./),
      manifest_snippet: expect.stringContaining("evil.example"),
    });
    expect(bottle.looked).toEqual([]);
    expect(bottle.dialled).toEqual([]);
    expect(bottle.records()).toMatchObject([
      { type: "start" },
      { type: "refusal", host: "evil.example", query: ["secret"] },
    ]);
    expect(JSON.stringify(bottle.records())).not.toContain("secret=1");
  });

  it.each([
    ["127.0.0.1:443", "ip_literal"],
    ["[::1]:443", "ip_literal"],
    ["2130706433:443", "ip_literal"],
    ["0x7f.1:443", "ip_literal"],
    ["0177.0.0.1:443", "ip_literal"],
    ["169.254.169.254:80", "ip_literal"],
    ["a..b:443", "invalid_host"],
    ["api.example.com:22", "host_not_declared"],
  ])("refuses CONNECT %s itself with %s", async (authority, code) => {
    const bottle = await bottleWith({ routes: [route(host)] });
    const wire = await connectProxy(bottle);
    wire.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ error: { code, method: "CONNECT" } });
    expect(await wire.closed()).toBe("");
    expect(bottle.looked).toEqual([]);
  });

  it("carries plain HTTP in a tunnel to port 80 where a route declares it", async () => {
    const origin = keep(await startPlain((request, response) => response.end(request.url)));
    const http = route(host, { scheme: "http", port: 80 });
    const bottle = await bottleWith({ routes: [http], origins: { 80: origin.port } });
    const wire = await connectProxy(bottle);
    wire.send(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
    expect(await wire.answer("HEAD")).toMatchObject({ status: 200 });
    wire.send(`GET /plain HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "/plain" });
    wire.send(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ error: { code: "invalid_request" } });
  });

  it("takes bytes that came right behind the CONNECT", async () => {
    const origin = keep(await startPlain((request, response) => response.end(request.url)));
    const http = route(host, { scheme: "http", port: 80 });
    const bottle = await bottleWith({ routes: [http], origins: { 80: origin.port } });
    const wire = await connectProxy(bottle);
    wire.send(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /early HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await wire.answer("HEAD");
    expect(await wire.answer()).toMatchObject({ status: 200, body: "/early" });
  });
});

describe("authority, server name and Host", () => {
  it.each([
    ["another server name", "other.example", host, ""],
    ["no server name", "", host, ""],
    ["another Host", host, "other.example", ""],
    ["another port in Host", host, `${host}:8443`, ""],
    ["another server name and Host", "other.example", "other.example", ""],
  ])("answers 421 to %s", async (_title, sni, hostHeader) => {
    const origin = keep(await startOrigin((_request, response) => response.end("reached")));
    const routes = [route(host), route("other.example")];
    const bottle = await bottleWith({ routes, origins: { 443: origin.port } });
    const wire = await openTunnel(bottle, `${host}:443`, sni);
    wire.send(`GET / HTTP/1.1\r\nHost: ${hostHeader}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ status: 421, error: { code: "authority_mismatch" } });
    expect(bottle.dialled).toEqual([]);
  });

  it("answers 421 to a CONNECT whose own Host is another", async () => {
    const bottle = await bottleWith({ routes: [route(host)] });
    const wire = await connectProxy(bottle);
    wire.send(`CONNECT ${host}:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ status: 421, error: { code: "authority_mismatch" } });
  });

  it("accepts other spellings of the same host", async () => {
    const origin = keep(await startOrigin((request, response) => response.end(request.headers.host)));
    const bottle = await bottleWith({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await openTunnel(bottle, "API.example.com.:443", "Api.Example.Com");
    wire.send(`GET / HTTP/1.1\r\nHost: aPi.example.com:443\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: host });
  });

  it("has a certificate for exactly the one host", async () => {
    const bottle = await bottleWith({ routes: [route("*.example.com")] });
    const wire = await openTunnel(bottle, "x.example.com:443");
    const socket = wire.socket as Partial<TLSSocket>;
    expect(socket.getPeerCertificate?.().subjectaltname).toBe("DNS:x.example.com");
  });
});

describe("absolute form", () => {
  const http = route(host, { scheme: "http", port: 80 });

  it("carries plain HTTP and rewrites the request line", async () => {
    const origin = keep(
      await startPlain((request, response) => response.end(`${request.url ?? ""} ${request.headers.host ?? ""}`)),
    );
    const bottle = await bottleWith({ routes: [http], origins: { 80: origin.port } });
    const wire = await connectProxy(bottle);
    for (const [url, reached] of [
      [`http://${host}/a?b=c`, "/a?b=c"],
      [`http://${host}`, "/"],
      [`http://${host}?q`, "/?q"],
    ]) {
      wire.send(`GET ${url ?? ""} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect(await wire.answer()).toMatchObject({ status: 200, body: `${reached ?? ""} ${host}` });
    }
  });

  it("carries https URLs over TLS, for programs that ask for them in the open", async () => {
    const origin = keep(await startOrigin((request, response) => response.end(request.url)));
    const bottle = await bottleWith({ routes: [route(host)], origins: { 443: origin.port } });
    const wire = await connectProxy(bottle);
    wire.send(`POST https://${host}/token HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nhi`);
    expect(await wire.answer()).toMatchObject({ status: 200, body: "/token" });
  });

  it("refuses at once what is not declared, with the reason", async () => {
    const bottle = await bottleWith({ routes: [http] });
    const wire = await connectProxy(bottle);
    wire.send("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "host_not_declared" } });
    wire.send(`POST http://${host}:8080/ HTTP/1.1\r\nHost: ${host}:8080\r\nContent-Length: 3\r\n\r\nabc`);
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "host_not_declared" } });
  });

  it.each([
    ["/origin-form", host, 400, "invalid_request"],
    [`http://${host}/`, "evil.example", 421, "authority_mismatch"],
    [`http://user:pw@${host}/`, host, 400, "invalid_request"],
    [`ftp://${host}/`, host, 400, "invalid_request"],
    ["http://127.1/", "127.1", 403, "ip_literal"],
    [`http://${host}\\@evil.example/`, host, 400, "invalid_request"],
  ])("refuses %s with Host %s", async (url, hostHeader, status, code) => {
    const bottle = await bottleWith({ routes: [http] });
    const wire = await connectProxy(bottle);
    wire.send(`GET ${url} HTTP/1.1\r\nHost: ${hostHeader}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ error: { code } });
    expect(status).toBeGreaterThan(0);
    expect(bottle.dialled).toEqual([]);
  });
});
