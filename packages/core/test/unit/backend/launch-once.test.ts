import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { readSeal } from "../../../src/audit/seal.ts";
import { verifyTrail } from "../../../src/audit/verify.ts";
import { launchOnce } from "../../../src/backend/launch-once.ts";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { isOwnerAlive } from "../../../src/state/owner-lock.ts";
import { readMetadata, readPlanInit } from "../../../src/state/state-store.ts";
import { FakeBackend, type FakeOptions } from "../../../src/testing/fake-backend.ts";
import { fakeHost } from "../../../src/testing/fake-host.ts";
import { FAKE_THINGS } from "../../../src/testing/fake-machine.ts";
import { samplePlan } from "../../../src/testing/sample-plan.ts";
import { PROVISION_STEPS } from "../../../src/provision/steps.ts";
import { recorder, until } from "../../support/events.ts";
import { filesHolding } from "../../support/files-below.ts";
import { tempDir } from "../../support/temp-home.ts";

async function setUp(options: FakeOptions = {}, overrides: Parameters<typeof fakeHost>[1] = {}) {
  const host = fakeHost(tempDir(), overrides);
  const backend = new FakeBackend(options);
  const plan = await samplePlan(backend, host);
  return { host, backend, plan, reporter: recorder(), root: dirname(host.home.root) };
}

/** What a launch left, on the runtime and below the home. */
function leftOf({ backend, host: { home } }: Awaited<ReturnType<typeof setUp>>): readonly string[] {
  const states = existsSync(home.stateRoot) ? readdirSync(home.stateRoot) : [];
  const trails = existsSync(home.auditRoot) ? readdirSync(home.auditRoot) : [];
  return [...backend.left, ...states, ...trails];
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("launchOnce, through a backend", () => {
  it("has state, lock, trail and seal while the bottle runs, and reports its steps in order", async () => {
    const set = await setUp();
    const { host, backend, plan, reporter } = set;
    const bottle = await backend.launch(plan, { host, reporter });
    expect(bottle.plan).toBe(plan);
    const metadata = await readMetadata(host.home, plan.slug);
    expect(metadata).toMatchObject({
      backend: "fake",
      agent: "reviewer",
      provider: "fake",
      caCertificate: "certificate",
    });
    expect(metadata?.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(backend.machine.identity).toEqual({
      slug: plan.slug,
      version: host.version,
      owner: host.owner,
      nonce: metadata?.nonce,
      created: metadata?.created,
    });
    expect(await readPlanInit(host.home, plan.slug)).toEqual(JSON.parse(JSON.stringify(plan.init)));
    expect(await isOwnerAlive(host.home.state(plan.slug))).toBe(true);
    expect(await readSeal(host.home, plan.slug)).toEqual({ slug: plan.slug, nonce: metadata?.nonce });
    expect(reporter.steps).toEqual(["start", ...PROVISION_STEPS.map((step) => `provision.${step}`)]);
    await bottle.destroy();
    expect(backend.left).toEqual([]);
  });

  it("asks two launches of one agent for different names", async () => {
    const set = await setUp();
    const plans = await Promise.all([samplePlan(set.backend, set.host), samplePlan(set.backend, set.host)]);
    const bottles = await Promise.all(plans.map((plan) => set.backend.launch(plan, { host: set.host })));
    expect(new Set(bottles.map(({ plan }) => plan.slug)).size).toBe(2);
    expect(set.backend.left).toHaveLength(6);
    await Promise.all(bottles.map((bottle) => bottle.destroy()));
  });

  it.each(FAKE_THINGS)("leaves nothing when making the %s fails", async (failAt) => {
    const set = await setUp({ failAt });
    const error = await caught(set.backend.launch(set.plan, { host: set.host }));
    expect(error).toMatchObject({ code: "BB_LAUNCH", message: expect.stringContaining(`the ${failAt} broke`) });
    expect(leftOf(set)).toEqual([]);
  });

  it.each(FAKE_THINGS)("leaves nothing when it is aborted after the %s was made", async (thing) => {
    const stop = new AbortController();
    const set = await setUp({
      onThing: (made) => {
        if (made === thing) stop.abort();
      },
    });
    const error = await caught(set.backend.launch(set.plan, { host: set.host, signal: stop.signal }));
    expect(error).toMatchObject({ code: "BB_ABORTED", hint: undefined });
    expect(leftOf(set)).toEqual([]);
  });

  it("makes nothing at all when it was aborted before", async () => {
    const set = await setUp();
    const error = await caught(set.backend.launch(set.plan, { host: set.host, signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "BB_ABORTED" });
    expect(set.backend.machines.size).toBe(0);
    expect(existsSync(set.host.home.root)).toBe(false);
  });

  it.each(PROVISION_STEPS)("keeps only the audit trail when it is aborted at the provision step %s", async (step) => {
    const stop = new AbortController();
    const set = await setUp();
    const reporter = {
      report: (event: { type: string; step?: string }) => {
        if (event.step === `provision.${step}`) stop.abort();
      },
    };
    const { host, plan } = set;
    const error = await caught(set.backend.launch(plan, { host, signal: stop.signal, reporter }));
    expect(error).toMatchObject({ code: "BB_ABORTED" });
    expect(leftOf(set)).toEqual([`${plan.slug}.jsonl`, `${plan.slug}.seal.json`]);
    const seal = await readSeal(host.home, plan.slug);
    const { readFileSync } = await import("node:fs");
    const lines = readFileSync(host.home.audit(plan.slug), "utf8").trimEnd().split("\n");
    expect(verifyTrail(lines, seal ?? { slug: "", nonce: "" }, { expectedHead: seal?.head })).toMatchObject({
      ok: true,
      records: 2,
    });
  });

  it("stops a guest command that is under way, at once", async () => {
    const stop = new AbortController();
    const set = await setUp({
      onExec: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => {
            reject(new BotBottleError("BB_ABORTED", "A command in the bottle was stopped."));
          });
          stop.abort();
        }),
    });
    const error = await caught(set.backend.launch(set.plan, { host: set.host, signal: stop.signal }));
    expect(error).toMatchObject({ code: "BB_ABORTED" });
    expect(set.backend.left).toEqual([]);
  });

  it("undoes everything when a guest command fails, and says what failed", async () => {
    const set = await setUp({ onExec: () => ({ exitCode: 9, stderr: "cannot write\n" }) });
    const error = await caught(set.backend.launch(set.plan, { host: set.host }));
    expect(error).toMatchObject({ code: "BB_PROVISION", hint: "cannot write" });
    expect(set.backend.left).toEqual([]);
    expect(readdirSync(set.host.home.stateRoot)).toEqual([]);
  });

  it("undoes everything when a secret cannot be had", async () => {
    const refused = new BotBottleError("BB_SECRET_UNAVAILABLE", "The secret is gone.");
    const set = await setUp({}, { resolveSecret: () => Promise.reject(refused) });
    expect(await caught(set.backend.launch(set.plan, { host: set.host }))).toBe(refused);
    expect(leftOf(set)).toEqual([]);
  });

  it.each(FAKE_THINGS)(
    "reports a %s that stays beside the first error, and keeps it findable for cleanup",
    async (failUndo) => {
      const set = await setUp({ failUndo, onExec: () => ({ exitCode: 1 }) });
      const { backend, host, plan } = set;
      const error = await caught(backend.launch(plan, { host }));
      expect(error).toMatchObject({
        code: "BB_PROVISION",
        hint: expect.stringContaining(`Not undone: ${failUndo} (the ${failUndo} stays)`),
      });
      expect(backend.left).toEqual([`${failUndo} ${plan.slug}`]);
      expect(await isOwnerAlive(host.home.state(plan.slug))).toBe(false);
      const found = await backend.prepareCleanup(host);
      expect(found.foreign).toEqual([]);
      expect(found.entries).toEqual([
        {
          slug: plan.slug,
          resources: [
            expect.objectContaining({ id: `${failUndo} ${plan.slug}` }),
            expect.objectContaining({ kind: "state" }),
          ],
        },
      ]);
    },
  );

  it("takes nobody else's place: another bottle's folder in its place is a name conflict", async () => {
    const set = await setUp();
    const { host, plan, backend } = set;
    mkdirSync(join(host.home.state(plan.slug), "precious"), { recursive: true });
    const bottle = await backend.launch(plan, { host });
    expect(bottle.plan.slug).not.toBe(plan.slug);
    expect(readdirSync(host.home.state(plan.slug))).toEqual(["precious"]);
    await bottle.destroy();
  });

  it("never touches an earlier bottle's trail", async () => {
    const set = await setUp();
    const { host, plan, backend } = set;
    mkdirSync(host.home.auditRoot, { recursive: true });
    writeFileSync(host.home.audit(plan.slug), "evidence\n");
    const bottle = await backend.launch(plan, { host });
    expect(bottle.plan.slug).not.toBe(plan.slug);
    expect(readdirSync(host.home.stateRoot)).toEqual([bottle.plan.slug]);
    await bottle.destroy();
  });
});

describe("launchOnce and secrets", () => {
  const TOKEN = "registry-token-value";
  const CA_KEY = "-----BEGIN PRIVATE KEY-----secret-of-the-authority";
  const overrides = { mintAuthority: async () => ({ certificate: "certificate", privateKey: CA_KEY }) };

  it.each<[string, FakeOptions]>([
    ["runs", {}],
    ["failed", { failAt: "machine" }],
    ["failed in a guest command and could not be undone", { failUndo: "machine", onExec: () => ({ exitCode: 1 }) }],
  ])("write no value of theirs below the home when a bottle %s", async (_title, options) => {
    const set = await setUp(options, overrides);
    const bottle = await set.backend.launch(set.plan, { host: set.host }).catch(() => undefined);
    for (const value of [TOKEN, CA_KEY]) expect(filesHolding(set.root, value)).toEqual([]);
    await bottle?.destroy();
  });

  it("write none either when the sidecar sends one back, and an error holds none", async () => {
    const set = await setUp({}, overrides);
    const bottle = await set.backend.launch(set.plan, { host: set.host, reporter: set.reporter });
    const { sidecar } = set.backend.machine;
    sidecar.sendLine(`not a record ${TOKEN}`);
    sidecar.crash();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await bottle.destroy();
    expect(filesHolding(set.root, TOKEN)).toEqual([]);
    expect(JSON.stringify(set.reporter.events)).not.toContain(TOKEN);
  });

  it("are in no plan, in no request to the guest, and in no error", async () => {
    const resolveSecret = jest.fn(async () => new Secret(TOKEN));
    const set = await setUp({ onExec: () => ({ exitCode: 1 }) }, { ...overrides, resolveSecret });
    const error = await caught(set.backend.launch(set.plan, { host: set.host }));
    const { inspect } = await import("node:util");
    const seen = [inspect(error, { depth: 10 }), JSON.stringify(set.plan), JSON.stringify(set.plan.init)];
    seen.push(JSON.stringify(set.backend.machine.operations), JSON.stringify([...set.backend.machine.files]));
    expect(resolveSecret).toHaveBeenCalled();
    for (const text of seen) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(CA_KEY);
    }
  });
});

describe("launchOnce", () => {
  it("provisions once, also when the backend begins it early, and with the signal that the backend gave", async () => {
    const set = await setUp();
    const stop = new AbortController();
    const provision = jest.fn(async () => undefined);
    let end = async (): Promise<void> => undefined;
    const early = { ready: Promise.resolve(), signal: stop.signal };
    await launchOnce(
      set.plan,
      { host: set.host },
      {
        backendName: "fake",
        start: async (context) => {
          end = () => context.sidecar.end();
          await context.provision({} as never, early);
          return { plan: set.plan } as never;
        },
        provision,
      },
    );
    expect(provision).toHaveBeenCalledTimes(1);
    const [[, begin] = []] = provision.mock.calls as unknown as [unknown, { ready: unknown; signal: AbortSignal }][];
    expect(begin?.ready).toBe(early.ready);
    stop.abort();
    expect(begin?.signal.aborted).toBe(true);
    await end();
  });

  it("ends early provisioning that a failed backend did not wait for, before anything is undone", async () => {
    const set = await setUp();
    const order: string[] = [];
    const launching = launchOnce(
      set.plan,
      { host: set.host },
      {
        backendName: "fake",
        start: async (context) => {
          context.undo.defer("machine", () => void order.push("machine removed"));
          const begin = { ready: Promise.resolve(), signal: context.signal };
          void context.provision({} as never, begin).catch(() => undefined);
          throw new Error("the sidecar broke");
        },
        provision: (_bottle, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              order.push("provisioning ended");
              reject(new Error("ended"));
            });
          }),
      },
    );
    await expect(launching).rejects.toMatchObject({
      code: "BB_LAUNCH",
      message: expect.stringContaining("the sidecar broke"),
    });
    expect(order).toEqual(["provisioning ended", "machine removed"]);
  });

  it("undoes a backend that goes on after an abort", async () => {
    const set = await setUp();
    const stop = new AbortController();
    const undone = jest.fn<() => void>();
    const launching = launchOnce(
      set.plan,
      { host: set.host, signal: stop.signal },
      {
        backendName: "fake",
        start: async ({ undo }) => {
          undo.defer("thing", undone);
          stop.abort();
          return {} as never;
        },
        provision: async () => undefined,
      },
    );
    await expect(launching).rejects.toMatchObject({ code: "BB_ABORTED" });
    expect(undone).toHaveBeenCalledTimes(1);
  });

  it("is stopped at once while a secret is still asked for", async () => {
    const stop = new AbortController();
    const asked = jest.fn<() => Promise<Secret>>(() => new Promise(() => undefined));
    const set = await setUp({}, { resolveSecret: asked });
    const launched = set.backend.launch(set.plan, { host: set.host, signal: stop.signal });
    launched.catch(() => undefined);
    await until(() => set.backend.left.length > 0 && asked.mock.calls.length > 0);
    stop.abort(new Error("Ctrl-C"));
    await expect(launched).rejects.toMatchObject({ code: "BB_ABORTED" });
    expect(leftOf(set)).toEqual([]);
  });
});
