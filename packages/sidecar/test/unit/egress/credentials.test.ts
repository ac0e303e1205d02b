import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "@jest/globals";
import type { EgressRoute } from "@bot-bottle/core";
import { route } from "../../support/bottle.ts";
import { openTunnel } from "../../support/client.ts";
import { startOrigin } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";
const H = `Host: ${host}\r\n`;
const token = "sk-real-0123456789abcdef";
const secret = { source: "env", name: "T" } as const;
const auth: EgressRoute["auth"] = {
  scheme: "Bearer",
  header: "authorization",
  secret,
  placeholder: "sk-fake",
  wildcard: false,
};

interface Reached {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: readonly string[];
}

async function setUp(change: Partial<EgressRoute>) {
  const reached: Reached[] = [];
  const origin = keep(
    await startOrigin((request, response) => {
      reached.push({ url: request.url ?? "", headers: request.headers, raw: request.rawHeaders });
      request.resume().on("end", () => response.end("ok"));
    }),
  );
  const sidecar = await bottle({
    routes: [route(host, change)],
    secrets: { "env:T": token },
    origins: { 443: origin.port },
  });
  return { reached, sidecar, wire: await openTunnel(sidecar, `${host}:443`) };
}

describe("injection", () => {
  it("puts the real credential in place of the placeholder, and the agent's environment never had it", async () => {
    const { reached, wire, sidecar } = await setUp({ auth });
    wire.send(`GET / HTTP/1.1\r\n${H}Authorization: Bearer sk-fake\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200 });
    expect(reached[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(JSON.stringify(sidecar.records())).not.toContain(token);
  });

  it("puts it on requests that bring none, in any header", async () => {
    const { reached, wire } = await setUp({ auth: { header: "x-api-key", secret, wildcard: false } });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await wire.answer();
    expect(reached[0]?.headers["x-api-key"]).toBe(token);
  });

  it.each([
    ["another value", "Authorization: Bearer sk-attacker"],
    ["another scheme", "Authorization: Basic c2stZmFrZQ=="],
    ["a second one", "Authorization: Bearer sk-fake\r\nAuthorization: Bearer sk-attacker"],
  ])("refuses %s in the credential's header", async (_title, line) => {
    const { reached, wire } = await setUp({ auth });
    wire.send(`GET / HTTP/1.1\r\n${H}${line}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "foreign_credential" } });
    expect(reached).toEqual([]);
  });

  it("takes every other credential carrier off, headers, query and trailers", async () => {
    const { reached, wire } = await setUp({ auth });
    const carriers = [
      "Cookie",
      "X-Api-Key",
      "X_Api_Key",
      "Private-Token",
      "Proxy-Authorization",
      "X-Amz-Security-Token",
    ];
    const lines = carriers.map((name) => `${name}: attacker`).join("\r\n");
    wire.send(
      `GET /a?key=attacker&b=1 HTTP/1.1\r\n${H}${lines}\r\nX-Http-Method-Override: PUT\r\nX-Forwarded-Host: e\r\n\r\n`,
    );
    await wire.answer();
    expect(reached[0]?.url).toBe("/a?b=1");
    expect(JSON.stringify(reached[0]?.raw)).not.toMatch(/attacker|override|forwarded/i);
  });

  it("takes credentials off on routes without one too, unless the route lets the agent's own pass", async () => {
    const line = "Authorization: Bearer mine\r\n";
    const closed = await setUp({});
    closed.wire.send(`GET / HTTP/1.1\r\n${H}${line}\r\n`);
    await closed.wire.answer();
    expect(closed.reached[0]?.headers.authorization).toBeUndefined();
    const open = await setUp({ agentCredentials: true });
    open.wire.send(`GET / HTTP/1.1\r\n${H}${line}\r\n`);
    await open.wire.answer();
    expect(open.reached[0]?.headers.authorization).toBe("Bearer mine");
  });

  it("cuts Accept-Encoding to what can be read, and takes Range off, only where it injects", async () => {
    const lines = "Accept-Encoding: gzip, compress, br\r\nRange: bytes=0-1\r\nIf-Range: x\r\n";
    const scanned = await setUp({ auth });
    scanned.wire.send(`GET / HTTP/1.1\r\n${H}${lines}\r\n`);
    await scanned.wire.answer();
    expect(scanned.reached[0]?.headers).toMatchObject({ "accept-encoding": "gzip, br" });
    expect(scanned.reached[0]?.headers.range).toBeUndefined();
    const plain = await setUp({});
    plain.wire.send(`GET / HTTP/1.1\r\n${H}${lines}\r\n`);
    await plain.wire.answer();
    expect(plain.reached[0]?.headers).toMatchObject({ "accept-encoding": "gzip, compress, br", range: "bytes=0-1" });
  });

  it("uses a new value from the next request on", async () => {
    const { reached, wire, sidecar } = await setUp({ auth });
    await sidecar.call("secrets.set", { values: { "env:T": "sk-second-0123456789" } });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await wire.answer();
    expect(reached[0]?.headers.authorization).toBe("Bearer sk-second-0123456789");
  });

  it("refuses when the value is missing or cannot stand in a header, and does not show it", async () => {
    const { reached, wire, sidecar } = await setUp({ auth: { ...auth, secret: { source: "env", name: "NONE" } } });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.json()).toMatchObject({ status: 502, error: { code: "upstream_failed" } });
    await sidecar.call("secrets.set", { values: { "env:NONE": "bad\nvalue-1234" } });
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    const { status, body } = await wire.answer();
    expect(status).toBe(502);
    expect(body).not.toContain("bad");
    expect(reached).toEqual([]);
  });
});

describe("policy on the way", () => {
  it("refuses TRACE, which echoes, and Max-Forwards", async () => {
    const { reached, wire } = await setUp({ auth });
    wire.send(`TRACE / HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.json()).toMatchObject({ error: { code: "method_not_allowed" } });
    wire.send(`OPTIONS / HTTP/1.1\r\n${H}Max-Forwards: 0\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ error: { code: "invalid_request" } });
    expect(reached).toEqual([]);
  });

  it("refuses paths that can be read in two ways", async () => {
    const { reached, wire } = await setUp({ auth });
    for (const path of ["/a/%2e%2e/b", "/a/..;/b", "/a/%252e%252e/b", "/a/../b"]) {
      wire.send(`GET ${path} HTTP/1.1\r\n${H}\r\n`);
      expect(await wire.json()).toMatchObject({ error: { code: "ambiguous_path" } });
    }
    expect(reached).toEqual([]);
  });

  it("answers quiet requests of a provider's profile 404, and only counts them", async () => {
    const sidecar = await bottle({
      routes: [route(host)],
      providerRules: [{ provider: "p", kind: "quiet", host: "telemetry.example", matches: [], reason: "telemetry" }],
    });
    const wire = await openTunnel(sidecar, "telemetry.example:443");
    wire.send("POST /batch HTTP/1.1\r\nHost: telemetry.example\r\nContent-Length: 0\r\n\r\n");
    expect(await wire.json()).toMatchObject({ status: 404, error: { code: "provider_quiet" } });
    await sidecar.close();
    expect(sidecar.records()).toMatchObject([
      { type: "start" },
      { type: "refusals", code: "provider_quiet", quiet: true, count: 1 },
      { type: "end" },
    ]);
  });

  it("reads the operation of a Git LFS batch: downloads pass, whole, everything else does not", async () => {
    const { reached, wire } = await setUp({ git: { fetch: true } });
    const batch = (body: string): void => {
      const head = `POST /r.git/info/lfs/objects/batch HTTP/1.1\r\n${H}Content-Length: ${body.length}\r\n\r\n`;
      wire.send(head + body);
    };
    batch('{"operation":"download","objects":[]}');
    expect(await wire.answer()).toMatchObject({ status: 200 });
    expect(reached).toHaveLength(1);
    batch('{"operation":"upload","objects":[]}');
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "git_push" } });
    batch('{"operation":"download","operation":"upload"}');
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "git_push" } });
    wire.send(`POST /r.git/git-receive-pack HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ status: 403, error: { code: "git_push" } });
    batch(`{"operation":"download","x":"${"x".repeat(1024 * 1024)}"}`);
    expect(await wire.json()).toMatchObject({ status: 413, error: { code: "too_large" } });
    expect(reached).toHaveLength(1);
  });
});
