import { existsSync } from "node:fs";
import { describe, expect, it, jest } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { isSlug, type Slug } from "../../../src/bottle/slug.ts";
import { FakeBackend, type FakeOptions, FakePlan } from "../../../src/testing/fake-backend.ts";
import { fakeHost } from "../../../src/testing/fake-host.ts";
import { samplePlan } from "../../../src/testing/sample-plan.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { recorder } from "../../support/events.ts";
import { tempDir } from "../../support/temp-home.ts";

const networkSpec: BottleSpec = {
  ...sampleSpec,
  egress: { ...sampleSpec.egress, upstream: { network: { name: "corp", from: "b.md:1:1" } } },
};

async function launched(options: FakeOptions = {}) {
  const host = fakeHost(tempDir());
  const backend = new FakeBackend(options);
  const plan = await samplePlan(backend, host);
  const bottle = await backend.launch(plan, { host });
  return { host, backend, plan, bottle, slug: plan.slug };
}

describe("prepare", () => {
  it("makes the backend's own plan, and writes nothing", async () => {
    const host = fakeHost(tempDir());
    const plan = await new FakeBackend().prepare(sampleSpec, host);
    expect(plan).toBeInstanceOf(FakePlan);
    expect(plan.backendName).toBe("fake");
    expect(plan.slug).toMatch(/^reviewer-[a-z2-7]{5}$/);
    expect(existsSync(host.home.root)).toBe(false);
  });

  it("names the bottle after the label when there is one", async () => {
    const plan = await new FakeBackend().prepare({ ...sampleSpec, label: "Fix #12" }, fakeHost(tempDir()));
    expect(plan.slug).toMatch(/^fix-12-[a-z2-7]{5}$/);
    expect(isSlug(plan.slug)).toBe(true);
  });

  it("refuses what the backend cannot honour", async () => {
    const backend = new FakeBackend({ capabilities: { upstreamNetwork: false } });
    await expect(backend.prepare(networkSpec, fakeHost(tempDir()))).rejects.toMatchObject({
      code: "BB_BACKEND_CAPABILITY",
    });
  });
});

describe("launch", () => {
  it("refuses what the backend cannot honour before anything is made", async () => {
    const host = fakeHost(tempDir());
    const plan = await new FakeBackend().prepare(networkSpec, host);
    const backend = new FakeBackend({ capabilities: { upstreamNetwork: false } });
    await expect(backend.launch(plan, { host })).rejects.toMatchObject({ code: "BB_BACKEND_CAPABILITY" });
    expect(backend.machines.size).toBe(0);
    expect(existsSync(host.home.root)).toBe(false);
  });

  it("takes a fresh name when somebody else has the first one", async () => {
    const host = fakeHost(tempDir());
    const backend = new FakeBackend({ conflicts: 2 });
    const plan = await samplePlan(backend, host);
    const bottle = await backend.launch(plan, { host });
    expect(bottle.plan.slug).not.toBe(plan.slug);
    expect(bottle.plan.slug).toMatch(/^reviewer-[a-z2-7]{5}$/);
    expect({ ...bottle.plan.init, slug: plan.slug }).toEqual(plan.init);
    expect(existsSync(host.home.state(plan.slug))).toBe(false);
    expect(existsSync(host.home.audit(plan.slug))).toBe(false);
    await bottle.destroy();
  });

  it("gives up after a bounded number of names", async () => {
    const host = fakeHost(tempDir());
    const backend = new FakeBackend({ conflicts: 100 });
    const plan = await samplePlan(backend, host);
    await expect(backend.launch(plan, { host })).rejects.toMatchObject({
      code: "BB_LAUNCH",
      message: expect.stringMatching(/No free name was found in 6 tries: somebody else has "reviewer-/),
    });
    expect(backend.left).toEqual([]);
  });

  it("does not go on with another name when it was aborted meanwhile", async () => {
    const host = fakeHost(tempDir());
    const stop = new AbortController();
    const backend = new FakeBackend({ conflicts: 100 });
    const plan = await samplePlan(backend, host);
    const reporter = {
      report: () => {
        stop.abort();
      },
    };
    await expect(backend.launch(plan, { host, signal: stop.signal, reporter })).rejects.toMatchObject({
      code: "BB_ABORTED",
    });
  });
});

describe("open and openSidecar", () => {
  it("give a handle and a conversation to a bottle that runs", async () => {
    const { backend, host, slug, bottle } = await launched();
    const again = await backend.open(slug, host);
    expect(again.sidecar).toEqual(bottle.sidecar);
    expect(again.plan.slug).toBe(slug);
    const client = await backend.openSidecar(slug);
    expect(await client.call("health", {})).toMatchObject({ configured: true });
    client.close();
    await bottle.destroy();
  });

  it.each(["reviewer-zzzzz", "../../etc"])("know no bottle %s", async (slug) => {
    const { backend, host, bottle } = await launched();
    await expect(backend.open(slug as Slug, host)).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
    await expect(backend.openSidecar(slug as Slug)).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
    await bottle.destroy();
  });

  it("do not open a bottle of another backend", async () => {
    const { host, slug, bottle } = await launched();
    class OtherBackend extends FakeBackend {
      override readonly name = "fake" as const;
    }
    const other = Object.assign(new OtherBackend(), { name: "other" });
    await expect(other.open(slug, host)).rejects.toMatchObject({
      code: "BB_BOTTLE_NOT_FOUND",
      message: `No bottle "${slug}" runs on backend "other".`,
    });
    await bottle.destroy();
  });
});

describe("provision", () => {
  it("reports each step, looks at the signal before it, and asks the registry for the plan's own provider", async () => {
    const { backend, host, plan, bottle } = await launched();
    const reporter = recorder();
    const get = jest.fn((name: string) => host.providers.get(name));
    const stop = new AbortController();
    stop.abort();
    const options = { host: { ...host, providers: { names: [], get } }, reporter, signal: stop.signal };
    await expect(backend.provision(plan, bottle, options)).rejects.toThrow("aborted");
    expect(get.mock.calls).toEqual([["fake"]]);
    expect(reporter.steps).toEqual([]);
    await bottle.destroy();
  });
});
