import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, jest } from "@jest/globals";
import { genesisHead } from "../../../src/audit/chain.ts";
import { readSeal } from "../../../src/audit/seal.ts";
import { verifyTrail } from "../../../src/audit/verify.ts";
import type { SidecarAccess } from "../../../src/backend/launch-context.ts";
import { UndoStack } from "../../../src/backend/undo-stack.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { SidecarSession } from "../../../src/sidecar/sidecar-session.ts";
import { createState, readMetadata } from "../../../src/state/state-store.ts";
import { FakeBackend } from "../../../src/testing/fake-backend.ts";
import { fakeHost } from "../../../src/testing/fake-host.ts";
import { FakeSidecar } from "../../../src/testing/fake-sidecar.ts";
import { samplePlan } from "../../../src/testing/sample-plan.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { recorder, until } from "../../support/events.ts";
import { sampleMetadata } from "../../support/sample-metadata.ts";
import { tempDir } from "../../support/temp-home.ts";

const NETWORK = { listenAddress: "", internalSubnet: "", hostAddresses: [], gateways: [], silentAddresses: [] };

interface SetUp {
  readonly signal?: AbortSignal;
  readonly access?: Partial<SidecarAccess>;
  readonly pauseMs?: number;
}

async function setUp({ signal = new AbortController().signal, access = {}, pauseMs = 0 }: SetUp = {}) {
  const host = fakeHost(tempDir());
  const plan = await samplePlan(new FakeBackend(), host);
  const { slug } = plan;
  const metadata = sampleMetadata({ slug });
  await createState(host.home, metadata, plan.init);
  const reporter = recorder();
  const undo = new UndoStack();
  const sidecar = new FakeSidecar();
  const restart = jest.fn(async () => {
    sidecar.restart();
  });
  const session = await SidecarSession.open({ plan, metadata, host, signal, reporter, undo, pauseMs });
  const fullAccess = { connect: async () => sidecar.connect(), restart, network: NETWORK, ...access };
  const trail = (): string[] => readFileSync(host.home.audit(slug), "utf8").split("\n").slice(0, -1);
  return { host, plan, slug, metadata, reporter, undo, sidecar, restart, session, access: fullAccess, trail };
}

type Session = Awaited<ReturnType<typeof setUp>>;

async function verdict({ host, slug, trail, metadata }: Session) {
  const seal = await readSeal(host.home, slug);
  return verifyTrail(trail(), metadata, { expectedHead: seal?.head });
}

const request = (path: string) => ({ type: "secrets", keys: [path] }) as const;

describe("SidecarSession", () => {
  it("hands over policy, values and authority, and follows the trail to its sealed end", async () => {
    const set = await setUp();
    const { session, sidecar, plan, host, slug, metadata, trail } = set;
    const configured = await session.configure(set.access);
    expect(configured).toEqual({
      caCertificate: "certificate",
      endpoints: { egress: "http://egress:9099", dns: "192.0.2.2" },
    });
    expect(await readMetadata(host.home, slug)).toEqual({ ...metadata, ...configured });
    expect(sidecar.configurations).toEqual([
      {
        slug,
        generation: 1,
        policy: plan.egressPlan.policy,
        secrets: { "env:REGISTRY_TOKEN": "registry-token-value" },
        authority: { certificate: "certificate", privateKey: "key" },
        network: NETWORK,
        upstream: { caCertificates: [] },
        logLevel: 1,
        audit: { ...genesisHead(metadata), restarted: false, redactionKey: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    sidecar.write(request("/a"));
    await session.end();
    expect(trail().map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(["start", "secrets", "end"]);
    expect(await verdict(set)).toMatchObject({ ok: true, records: 3, ended: true });
  });

  it("brings a sidecar that died back, with generation, secrets, authority and head kept, at most three times", async () => {
    const set = await setUp();
    const { session, sidecar, reporter, restart } = set;
    await session.configure(set.access);
    for (const times of [1, 2, 3]) {
      sidecar.write(request(`/${times}`));
      await until(() => set.trail().length === 2 * times);
      sidecar.crash();
      await until(() => sidecar.configurations.length === times + 1 && set.trail().length === 2 * times + 1);
    }
    expect(restart).toHaveBeenCalledTimes(3);
    const [first, ...others] = sidecar.configurations;
    const kept = {
      ...first,
      audit: { ...first?.audit, restarted: true, count: expect.any(Number), hash: expect.any(String) },
    };
    expect(others).toEqual(others.map(() => kept));
    expect(sidecar.configurations.map(({ audit }) => audit.count)).toEqual([0, 2, 4, 6]);

    sidecar.crash();
    await until(() => reporter.warnings.some((text) => text.includes("no way out any more")));
    expect(restart).toHaveBeenCalledTimes(3);
    expect(reporter.warnings.filter((text) => /Bringing it back \([123] of 3\)/.test(text))).toHaveLength(3);
    await session.end();
    expect((await verdict(set)).issues.map(({ kind }) => kind)).toEqual(["no_end"]);
    expect(reporter.warnings.at(-1)).toBe("The audit trail has no proper end: the sidecar is gone");
  });

  it("tries again when a restart fails, up to the same bound", async () => {
    const set = await setUp();
    set.restart.mockRejectedValue(new Error("engine \u001b[2J busy"));
    await set.session.configure(set.access);
    set.sidecar.crash();
    await until(() => set.reporter.warnings.some((text) => text.includes("no way out any more")));
    expect(set.restart).toHaveBeenCalledTimes(3);
    expect(set.reporter.warnings.at(-1)).toBe(
      "The sidecar went away: engine \\u{1b}[2J busy The bottle has no way out any more.",
    );
    await set.session.end();
  });

  it("stays closed where a backend cannot restart", async () => {
    const set = await setUp();
    const { connect, network } = set.access;
    await set.session.configure({ connect, network });
    set.sidecar.crash();
    await until(() => set.reporter.warnings.some((text) => text.includes("no way out any more")));
    expect(set.restart).not.toHaveBeenCalled();
    await set.session.end();
  });

  it("rejoins a sidecar that lives on when only the channel broke, without a gap in the trail", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    set.sidecar.dropChannels();
    set.sidecar.write(request("/while away"));
    await until(() => set.trail().length === 2);
    set.sidecar.write(request("/after"));
    await until(() => set.trail().length === 3);
    expect(set.restart).not.toHaveBeenCalled();
    expect(set.sidecar.configurations).toHaveLength(1);
    await set.session.end();
    expect(await verdict(set)).toMatchObject({ ok: true, records: 4 });
    expect(set.reporter.warnings).toEqual([]);
  });

  it("goes back for the end of the trail when the channel broke at the last moment", async () => {
    const set = await setUp({ pauseMs: 10_000 });
    await set.session.configure(set.access);
    set.sidecar.dropChannels();
    await until(() => set.sidecar.calls.filter(({ method }) => method === "events.subscribe").length === 2);
    set.sidecar.dropChannels(); // the next rejoin waits for the pause
    await delay(5);
    await set.session.end();
    expect(set.reporter.warnings).toEqual([]);
    expect(await verdict(set)).toMatchObject({ ok: true, ended: true });
  });

  it("starts nothing again once it is ending", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    set.sidecar.silent.add("audit.end");
    const ending = set.session.end();
    await until(() => set.sidecar.calls.some(({ method }) => method === "audit.end"));
    set.sidecar.crash();
    await ending;
    await delay(10);
    expect(set.restart).not.toHaveBeenCalled();
    expect(set.reporter.warnings).toEqual([expect.stringContaining("no proper end")]);
  });

  it("gives up a restart that is under way when it is ended, and opens nothing after it", async () => {
    let finish = (): void => undefined;
    const restart = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const set = await setUp({ access: { restart } });
    await set.session.configure(set.access);
    set.sidecar.crash();
    await until(() => restart.mock.calls.length === 1);
    await set.session.end();
    set.sidecar.restart();
    finish();
    await delay(10);
    expect(set.sidecar.configurations).toHaveLength(1);
  });

  it("keeps its channel when the signal of the launch is aborted later", async () => {
    const stop = new AbortController();
    const set = await setUp({ signal: stop.signal });
    await set.session.configure(set.access);
    stop.abort();
    set.sidecar.write(request("/after Ctrl-C"));
    await set.session.end();
    expect(await verdict(set)).toMatchObject({ ok: true, records: 3 });
    expect(set.restart).not.toHaveBeenCalled();
  });

  it.each(["configure", "events.subscribe"] as const)(
    "ends with the launch when %s is never answered",
    async (method) => {
      const stop = new AbortController();
      const set = await setUp({ signal: stop.signal });
      set.sidecar.silent.add(method);
      const configuring = set.session.configure(set.access);
      await until(() => set.sidecar.calls.some((call) => call.method === method));
      stop.abort(new Error("Ctrl-C"));
      await expect(configuring).rejects.toThrow("Ctrl-C");
      await set.session.end();
    },
  );

  it("ends with the launch when the channel cannot be had, and closes one that comes too late", async () => {
    const stop = new AbortController();
    const channel = new FakeSidecar().connect();
    const set = await setUp({ signal: stop.signal, access: { connect: () => delay(20, channel) } });
    const configuring = set.session.configure(set.access);
    await delay(1);
    stop.abort(new Error("Ctrl-C"));
    await expect(configuring).rejects.toThrow("Ctrl-C");
    await until(() => channel.destroyed);
    await set.session.end();
  });

  it("passes a refusal on as it is", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    const second = new FakeSidecar();
    await expect(
      set.session.configure({ ...set.access, connect: async () => set.sidecar.connect() }),
    ).rejects.toMatchObject({
      code: "BB_SIDECAR",
      message: expect.stringContaining("already_configured"),
    });
    expect(second.calls).toEqual([]);
    await set.session.end();
  });

  it("reports a secret that cannot be had, and opens no channel for it", async () => {
    const host = fakeHost(tempDir(), { resolveSecret: () => Promise.reject(new Error("no token")) });
    const plan = await samplePlan(new FakeBackend(), host);
    const metadata = sampleMetadata({ slug: plan.slug });
    await createState(host.home, metadata, plan.init);
    const signal = new AbortController().signal;
    const session = await SidecarSession.open({
      plan,
      metadata,
      host,
      signal,
      reporter: recorder(),
      undo: new UndoStack(),
    });
    const connect = jest.fn<SidecarAccess["connect"]>();
    await delay(1);
    await expect(session.configure({ connect, network: NETWORK })).rejects.toThrow("no token");
    expect(connect).not.toHaveBeenCalled();
    await session.end();
  });

  it("tells at once of a line that is no record", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    set.sidecar.sendLine('{"type":"forged"}\n{"type":"end"}');
    await until(() => set.reporter.warnings.length === 1);
    expect(set.reporter.warnings).toEqual([
      "The audit trail on disk is not whole: the sidecar sent a line that is no record",
    ]);
    await set.session.end();
    expect(await verdict(set)).toMatchObject({ ok: true, records: 2 });
  });

  it("never rejects at the end, and says what is missing", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    // Nobody can write there any more.
    const { rmSync, writeFileSync } = await import("node:fs");
    rmSync(set.host.home.auditRoot, { recursive: true });
    writeFileSync(set.host.home.auditRoot, "");
    await set.session.end();
    await set.session.end();
    expect(set.reporter.warnings).toEqual([expect.stringContaining("could not be sealed")]);
  });

  it("leaves no file behind when a launch is undone before the trail began", async () => {
    const set = await setUp();
    expect(readdirSync(set.host.home.auditRoot)).toHaveLength(2);
    expect(await set.undo.unwind()).toEqual([]);
    expect(readdirSync(set.host.home.auditRoot)).toEqual([]);
  });

  it("keeps the trail of a launch that is undone after it began", async () => {
    const set = await setUp();
    await set.session.configure(set.access);
    expect(await set.undo.unwind()).toEqual([]);
    expect(await verdict(set)).toMatchObject({ ok: true, records: 2, ended: true });
    expect(existsSync(set.host.home.auditSeal(set.slug))).toBe(true);
  });

  it("asks for each secret once", async () => {
    const resolveSecret = jest.fn(async () => new Secret("x"));
    const host = fakeHost(tempDir(), { resolveSecret });
    const plan = await samplePlan(new FakeBackend(), host);
    const metadata = sampleMetadata({ slug: plan.slug });
    await createState(host.home, metadata, plan.init);
    const signal = new AbortController().signal;
    const session = await SidecarSession.open({
      plan,
      metadata,
      host,
      signal,
      reporter: recorder(),
      undo: new UndoStack(),
    });
    await session.end();
    expect(resolveSecret).toHaveBeenCalledTimes(1);
  });

  it("hands on a login that its program renews, also to a sidecar that comes back, until the end", async () => {
    const watched: { onValue?: (value: Secret) => void; isOver?: boolean } = {};
    const host = fakeHost(tempDir(), {
      resolveSecret: async () => new Secret("first"),
      watchSecret: ({ name }, onValue) => {
        if (name === "fake") watched.onValue = onValue;
        return () => (watched.isOver = true);
      },
    });
    const backend = new FakeBackend();
    const secret = { source: "host-login", name: "fake" } as const;
    const routes = sampleSpec.egress.routes.map((route) => ({
      ...route,
      ...(route.auth && { auth: { ...route.auth, secret } }),
    }));
    const spec = { ...sampleSpec, egress: { ...sampleSpec.egress, routes } };
    const plan = await backend.prepare(spec, host);
    const metadata = sampleMetadata({ slug: plan.slug });
    await createState(host.home, metadata, plan.init);
    const sidecar = new FakeSidecar();
    const [signal, undo] = [new AbortController().signal, new UndoStack()];
    const session = await SidecarSession.open({ plan, metadata, host, signal, reporter: recorder(), undo, pauseMs: 0 });
    const restart = async (): Promise<void> => {
      sidecar.restart();
    };
    await session.configure({ connect: async () => sidecar.connect(), restart, network: NETWORK });
    watched.onValue?.(new Secret("second"));
    await until(() => sidecar.calls.some(({ method }) => method === "secrets.set"));
    expect(sidecar.calls.at(-1)).toEqual({
      method: "secrets.set",
      params: { values: { "host-login:fake": "second" } },
    });
    sidecar.crash();
    await until(() => sidecar.configurations.length === 2);
    expect(sidecar.configurations.map(({ secrets }) => secrets)).toEqual([
      { "host-login:fake": "first" },
      { "host-login:fake": "second" },
    ]);
    expect(watched.isOver).toBe(undefined);
    await session.end();
    expect(watched.isOver).toBe(true);
  });
});
