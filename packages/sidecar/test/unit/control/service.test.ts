import { connect as connectTcp, Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { type AuditPage, genesisHead, type SidecarConfiguration, verifyTrail } from "@bot-bottle/core";
import { ControlService } from "../../../src/control/service.ts";
import { LIMITS } from "../../../src/limits.ts";
import { configurationOf, launch, route, testIo } from "../../support/bottle.ts";
import { connectProxy, errorOf, get, openTunnel } from "../../support/client.ts";
import { startOrigin, startTcp } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";
const H = `Host: ${host}\r\n`;
const peer = { sendLine: () => undefined, onGone: () => undefined };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => ({ code: (error as { code?: string }).code, message: String(error) }),
  );
}

describe("before configure", () => {
  it("serves nothing but health and configure", async () => {
    const service = new ControlService(testIo({}, [], []));
    expect((await service.call("health", {}, peer)).result).toMatchObject({ configured: false, openConnections: 0 });
    for (const method of ["routes.get", "routes.apply", "secrets.set", "events.subscribe", "audit.read", "audit.end"]) {
      expect(await refusalOf(service.call(method, {}, peer))).toMatchObject({ code: "not_configured" });
    }
    expect(service.runtime).toBeUndefined();
  });

  it("refuses parameters that are not what they must be, by name and never by value", async () => {
    const service = new ControlService(testIo({}, [], []));
    const good = await configurationOf({ secrets: { "env:T": "top-secret-value" } });
    const wrong: Partial<Record<keyof SidecarConfiguration, unknown>>[] = [
      { slug: 1 },
      { policy: { routes: [{ host: "top-secret-value" }], providerRules: [] } },
      { secrets: { "env:T": { "top-secret-value": 1 } } },
      { authority: { certificate: "top-secret-value" } },
      { audit: { ...good.audit, hash: "top-secret-value" } },
      { logLevel: 3 },
    ];
    for (const change of wrong) {
      const refusal = await refusalOf(service.call("configure", { ...good, ...change }, peer));
      expect(refusal).toMatchObject({
        code: "invalid_params",
        message: expect.stringContaining(Object.keys(change)[0] ?? ""),
      });
      expect(JSON.stringify(refusal)).not.toContain("top-secret-value");
    }
    expect(await refusalOf(service.call("configure", undefined, peer))).toMatchObject({ code: "invalid_params" });
  });

  it("stays closed for good when what it was given cannot be used", async () => {
    const unusable: ((c: SidecarConfiguration) => SidecarConfiguration)[] = [
      (c) => ({ ...c, authority: { ...c.authority, privateKey: "top-secret-value" } }),
      (c) => ({ ...c, network: { ...c.network, internalSubnet: "nonsense" } }),
      (c) => ({ ...c, upstream: { ...c.upstream, proxy: { url: "ftp://top-secret-value" } } }),
      (c) => ({ ...c, policy: { routes: [route("*")], providerRules: [] } }),
    ];
    for (const change of unusable) {
      const service = new ControlService(testIo({}, [], []));
      const good = await configurationOf({});
      const refusal = await refusalOf(service.call("configure", change(good), peer));
      expect(refusal).toMatchObject({ code: "invalid_params" });
      expect(JSON.stringify(refusal)).not.toContain("top-secret-value");
      expect(await refusalOf(service.call("configure", good, peer))).toMatchObject({ code: "already_configured" });
    }
  });
});

describe("configure", () => {
  it("works once", async () => {
    const sidecar = await bottle({});
    const refusal = await refusalOf(sidecar.call("configure", await configurationOf({})));
    expect(refusal).toMatchObject({ code: "already_configured" });
  });

  it("drops peers outside the internal subnet, on every door, without a byte", async () => {
    const sidecar = await bottle({
      routes: [route(host)],
      change: (c) => ({ ...c, network: { ...c.network, internalSubnet: "10.203.0.0/28" } }),
    });
    const { proxy, https, http, dns } = sidecar.runtime.ports;
    for (const port of [proxy, https, http, dns]) {
      const socket = connectTcp(port, "127.0.0.1");
      let received = 0;
      socket.on("data", (chunk: Buffer) => (received += chunk.length));
      socket.on("error", () => undefined);
      socket.write("GET / HTTP/1.1\r\n\r\n");
      await new Promise((resolve) => socket.on("close", resolve));
      expect(received).toBe(0);
    }
  });

  it("finds an open wall: an address that accepts, and one that only refuses", async () => {
    const answering = keep(await startTcp(() => undefined));
    for (const port of [answering.port, 1]) {
      const connected: string[] = [];
      const io = testIo(
        {
          connect: (address) => {
            connected.push(address);
            return connectTcp(port, "127.0.0.1");
          },
        },
        [],
        [],
      );
      const service = new ControlService(io);
      const base = await configurationOf({});
      const configuration = { ...base, network: { ...base.network, silentAddresses: ["10.203.0.1"] } };
      const refusal = await refusalOf(service.call("configure", configuration, peer));
      expect(refusal).toMatchObject({ code: "wall_open", message: expect.stringContaining("10.203.0.1") });
      expect(connected).toContain("10.203.0.1");
      expect(service.runtime).toBeUndefined();
      expect(await refusalOf(service.call("configure", base, peer))).toMatchObject({ code: "already_configured" });
    }
  });

  it("takes silence for a closed wall, after having waited for an answer", async () => {
    const probed: string[] = [];
    const startedAt = performance.now();
    const sidecar = await bottle({
      connect: (address, port) => {
        probed.push(`${address}:${port}`);
        return new Socket(); // never opens
      },
      change: (c) => ({ ...c, network: { ...c.network, silentAddresses: ["10.203.0.1"] } }),
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LIMITS.wallProbeMs - 5);
    expect(probed).toContain("10.203.0.1:80");
    expect(await sidecar.call("health")).toMatchObject({ configured: true, generation: 1 });
  });

  it("carries an audit chain on after a restart", async () => {
    const first = await bottle({});
    const lines = first.runtime.trail.read(0).lines;
    const { head } = first.runtime.trail;
    const second = await bottle({ change: (c) => ({ ...c, audit: { ...c.audit, ...head, restarted: true } }) });
    await second.runtime.end();
    const whole = [...lines, ...second.runtime.trail.read(head.count).lines];
    expect(whole.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(["start", "restart", "end"]);
    expect(verifyTrail(whole, launch)).toMatchObject({ ok: true });
  });
});

describe("routes.apply", () => {
  const allowed = { policy: { routes: [route(host)], providerRules: [] } };
  const nothing = { policy: { routes: [], providerRules: [] } };

  it("takes effect at once, both ways, and counts generations", async () => {
    const origin = keep(await startOrigin((_request, response) => response.end("ok")));
    const sidecar = await bottle({ origins: { 443: origin.port } });
    expect(errorOf(await get(sidecar, host)).code).toBe("host_not_declared");
    expect(await sidecar.call("routes.apply", allowed)).toEqual({ generation: 2 });
    expect(await get(sidecar, host)).toMatchObject({ status: 200 });
    expect(await sidecar.call("routes.apply", nothing)).toEqual({ generation: 3 });
    expect(errorOf(await get(sidecar, host)).code).toBe("host_not_declared");
    expect(await sidecar.call("routes.get")).toEqual({ generation: 3, policy: nothing.policy });
  });

  it("ends what runs under a wider policy, spares what is still allowed, and uses no connection of before", async () => {
    const origin = keep(
      await startOrigin((request, response) => {
        if (request.url === "/stream") response.write("started");
        else response.end("ok");
      }),
    );
    const routes = [route(host), route("other.example")];
    const sidecar = await bottle({ routes, origins: { 443: origin.port } });
    const outlawed = await openTunnel(sidecar, `${host}:443`);
    outlawed.send(`GET /stream HTTP/1.1\r\n${H}\r\n`);
    const spared = await openTunnel(sidecar, "other.example:443");
    spared.send("GET /stream HTTP/1.1\r\nHost: other.example\r\n\r\n");
    await outlawed.until((text) => text.includes("started"));
    await spared.until((text) => text.includes("started"));
    await get(sidecar, "other.example");
    const before = origin.connections.length;
    await sidecar.call("routes.apply", { policy: { routes: [route("other.example")], providerRules: [] } });
    expect((await outlawed.answer()).isCut).toBe(true);
    await outlawed.closed();
    expect(spared.isClosed).toBe(false);
    await get(sidecar, "other.example");
    expect(origin.connections.length).toBe(before + 1);
    expect(sidecar.records()).toContainEqual(expect.objectContaining({ type: "routes", generation: 2, closed: 1 }));
  });

  it("ends what was allowed in another manner", async () => {
    const origin = keep(await startOrigin((_request, response) => response.write("started")));
    const sidecar = await bottle({ routes: [route(host, { agentCredentials: true })], origins: { 443: origin.port } });
    const wire = await openTunnel(sidecar, `${host}:443`);
    wire.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await wire.until((text) => text.includes("started"));
    await sidecar.call("routes.apply", allowed);
    expect((await wire.answer()).isCut).toBe(true);
  });

  it("keeps the old policy when the new one cannot be used", async () => {
    const sidecar = await bottle({ routes: [route(host)] });
    for (const policy of [{ routes: [route("*")], providerRules: [] }, { routes: 1 }, undefined]) {
      expect(await refusalOf(sidecar.call("routes.apply", { policy }))).toMatchObject({ code: "invalid_params" });
    }
    expect(await sidecar.call("routes.get")).toMatchObject({ generation: 1 });
  });
});

describe("audit", () => {
  it("writes requests and refusals, without values, secrets or control characters", async () => {
    const origin = keep(await startOrigin((_request, response) => response.end("12345")));
    const token = "sk-real-0123456789abcdef";
    const sidecar = await bottle({
      routes: [route(host)],
      secrets: { "env:T": token },
      origins: { 443: origin.port },
      change: (c) => ({ ...c, logLevel: 2 }),
    });
    const hex = Buffer.from(token).toString("hex");
    await get(
      sidecar,
      host,
      `/a/${token}?q=value&${hex}=1`,
      `X-Long: ${"v".repeat(100)}\r\nX-T: ${token}\r\nCookie: c\r\n`,
    );
    await get(sidecar, `${hex.slice(0, 40)}.example`, "/");
    const text = JSON.stringify(sidecar.records());
    expect(text).not.toContain(token);
    expect(text).not.toContain(hex);
    expect(text).not.toContain("value");
    expect(text).not.toContain("v".repeat(30));
    const request = sidecar.records().find(({ type }) => type === "request");
    expect(request).toMatchObject({
      method: "GET",
      host,
      path: expect.stringMatching(/^\/a\/\[known_secret#[0-9a-f]{8}\]$/),
      query: ["q", expect.stringMatching(/^\[known_secret#/)],
      status: 200,
      rule: `${host}:443`,
      bytesIn: 5,
      headers: expect.arrayContaining([["cookie", "…"]]),
    });
  });

  it("writes nothing of allowed requests at level 0, and refusals always", async () => {
    const origin = keep(await startOrigin((_request, response) => response.end()));
    const sidecar = await bottle({
      routes: [route(host)],
      origins: { 443: origin.port },
      change: (c) => ({ ...c, logLevel: 0 }),
    });
    await get(sidecar, host);
    await get(sidecar, "evil.example");
    expect(sidecar.records().map(({ type }) => type)).toEqual(["start", "refusal"]);
  });

  it("ends with everything counted and every door closed", async () => {
    const sidecar = await bottle({ routes: [route(host)] });
    for (let i = 0; i < 5; i++) await get(sidecar, "evil.example");
    const { proxy } = sidecar.runtime.ports;
    const page = (await sidecar.call("audit.end")) as AuditPage;
    expect(page.lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      "start",
      "refusal",
      "refusals",
      "end",
    ]);
    expect(verifyTrail(page.lines, launch, { expectedHead: page.head })).toMatchObject({ ok: true });
    expect(JSON.parse(page.lines[2] ?? "")).toMatchObject({ count: 4, code: "host_not_declared" });
    const failed = await refusalOf(
      new Promise((resolve, reject) => connectTcp(proxy, "127.0.0.1").on("connect", resolve).on("error", reject)),
    );
    expect(failed).toMatchObject({ code: "ECONNREFUSED" });
    expect(((await sidecar.call("audit.end")) as AuditPage).head).toEqual(page.head);
    expect(await refusalOf(sidecar.call("routes.apply", { policy: { routes: [], providerRules: [] } }))).toMatchObject({
      code: "ended",
    });
  });

  it("has no forged lines, whatever the agent puts in its request", async () => {
    const sidecar = await bottle({ routes: [route(host)] });
    const forged = `{"seq":1,"type":"end","count":1}`;
    const wire = await connectProxy(sidecar);
    wire.send(
      `GET http://evil.example/${encodeURIComponent(`\n${forged}\n`)} HTTP/1.1\r\nHost: evil.example\r\nX: ${forged}\r\n\r\n`,
    );
    await wire.answer();
    await sleep(0);
    const page = (await sidecar.call("audit.end")) as AuditPage;
    for (const line of page.lines) expect(line.split(/[\r\n\u2028]/)).toHaveLength(1);
    expect(verifyTrail(page.lines, launch)).toMatchObject({ ok: true, head: page.head });
    expect(genesisHead(launch).count).toBe(0);
  });
});
