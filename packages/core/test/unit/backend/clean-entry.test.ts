import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readSeal } from "../../../src/audit/seal.ts";
import { verifyTrail } from "../../../src/audit/verify.ts";
import type { Bottle, ExecResult } from "../../../src/bottle/bottle.ts";
import { isOwnerAlive, takeLock } from "../../../src/state/owner-lock.ts";
import { readMetadata, updateMetadata } from "../../../src/state/state-store.ts";
import { FakeBackend, type FakeOptions } from "../../../src/testing/fake-backend.ts";
import { fakeHost } from "../../../src/testing/fake-host.ts";
import { samplePlan } from "../../../src/testing/sample-plan.ts";
import { recorder } from "../../support/events.ts";
import { filesHolding } from "../../support/files-below.ts";
import { killOwner } from "../../support/kill-owner.ts";
import { tempDir } from "../../support/temp-home.ts";

const left: Bottle[] = [];

afterEach(async () => {
  for (const bottle of left.splice(0)) await bottle.destroy();
});

/** A bottle whose command line was killed. */
async function leftBottle(options: FakeOptions = {}) {
  const root = tempDir();
  const host = fakeHost(root);
  const backend = new FakeBackend(options);
  const plan = await samplePlan(backend, host);
  left.push(await backend.launch(plan, { host }));
  backend.machine.orphan();
  killOwner(host.home.state(plan.slug));
  const reporter = recorder();
  const clean = async (discard = false) =>
    await backend.cleanup(await backend.prepareCleanup(host), host, reporter, { discard });
  return { root, host, backend, slug: plan.slug, reporter, clean };
}

describe("cleanup of a left bottle", () => {
  it("leaves the whole, sealed trail and nothing else; a second run does nothing", async () => {
    const { backend, host, slug, reporter, clean, root } = await leftBottle();
    backend.machine.sidecar.write({ type: "secrets", keys: ["after the kill"] });
    expect(await backend.listActive(host)).toEqual([
      expect.objectContaining({ slug, owner: "left", agent: "reviewer" }),
    ]);
    expect(await clean()).toEqual([]);
    expect(backend.left).toEqual([]);
    expect(readdirSync(host.home.stateRoot)).toEqual([]);
    const seal = await readSeal(host.home, slug);
    const lines = readFileSync(host.home.audit(slug), "utf8").trimEnd().split("\n");
    expect(verifyTrail(lines, seal ?? { slug: "", nonce: "" }, { expectedHead: seal?.head })).toMatchObject({
      ok: true,
      records: 3,
    });
    expect(reporter.warnings).toEqual([]);
    expect(await clean()).toEqual([]);
    expect((await backend.prepareCleanup(host)).entries).toEqual([]);
    expect(filesHolding(root, "registry-token-value")).toEqual([]);
  });

  it("does not touch a bottle whose owner lives", async () => {
    const host = fakeHost(tempDir());
    const backend = new FakeBackend();
    const bottle = await backend.launch(await samplePlan(backend, host), { host });
    expect(await backend.prepareCleanup(host)).toEqual({ backendName: "fake", entries: [], foreign: [] });
    await bottle.destroy();
  });

  it("does not touch a bottle that has come to life between the question and the answer", async () => {
    const { backend, host, slug } = await leftBottle();
    const plan = await backend.prepareCleanup(host);
    const unlock = await takeLock(host.home.state(slug));
    const failed = await backend.cleanup(plan, host);
    expect(failed).toEqual([{ slug, error: expect.objectContaining({ code: "BB_BOTTLE_BUSY" }) }]);
    expect(backend.left).toHaveLength(3);
    await unlock();
  });

  it("gives a bottle back when it cannot be removed, and removes it the next time", async () => {
    const { backend, host, slug, clean } = await leftBottle();
    const stuck = new FakeBackend({ failUndo: "network" });
    for (const [name, machine] of backend.machines) stuck.machines.set(name, machine);
    const failed = await stuck.cleanup(await stuck.prepareCleanup(host), host);
    expect(failed).toEqual([{ slug, error: expect.objectContaining({ message: "the network stays" }) }]);
    expect(existsSync(host.home.state(slug))).toBe(true);
    expect(await isOwnerAlive(host.home.state(slug))).toBe(false);
    expect(await clean()).toEqual([]);
    expect(backend.left).toEqual([]);
  });

  it("lets only one of two cleanups work on a bottle", async () => {
    const { backend, host } = await leftBottle();
    const plan = await backend.prepareCleanup(host);
    const [one, two] = await Promise.all([backend.cleanup(plan, host), backend.cleanup(plan, host)]);
    const codes = [...one, ...two].map(({ error }) => (error as { code?: string }).code);
    expect(codes.every((code) => code === "BB_BOTTLE_BUSY")).toBe(true);
    expect(codes.length).toBeLessThan(2);
    expect(backend.left).toEqual([]);
  });

  it("begins with none when it was stopped", async () => {
    const { backend, host } = await leftBottle();
    const plan = await backend.prepareCleanup(host);
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    await expect(backend.cleanup(plan, host, recorder(), { signal })).rejects.toThrow("Ctrl-C");
    expect(backend.left).toHaveLength(3);
  });

  it("goes on with the others when one cannot be removed", async () => {
    const { backend, host, slug } = await leftBottle();
    const plan = {
      backendName: "fake",
      foreign: [],
      entries: [
        { slug: "../../../etc", resources: [] },
        { slug, resources: [] },
      ],
    };
    const failed = await backend.cleanup(plan, host);
    expect(failed.map((failure) => failure.slug)).toEqual(["../../../etc"]);
    expect(backend.left).toEqual([]);
  });

  it("removes what is on the runtime when the state folder has gone since", async () => {
    const { backend, host, slug } = await leftBottle();
    const plan = await backend.prepareCleanup(host);
    const { rmSync } = await import("node:fs");
    rmSync(host.home.state(slug), { recursive: true });
    expect(await backend.cleanup(plan, host)).toEqual([]);
    expect(backend.left).toEqual([]);
  });

  it("keeps work that was collected before", async () => {
    const { host, slug, clean } = await leftBottle();
    writeFileSync(join(host.home.state(slug), "work.bundle"), "work");
    expect(await clean()).toEqual([]);
    expect(readdirSync(host.home.state(slug))).toEqual(["work.bundle"]);
    expect(await clean()).toEqual([]);
    expect(readdirSync(host.home.state(slug))).toEqual(["work.bundle"]);
  });

  it("keeps a bottle whose work cannot be saved, again and again, until that is given up", async () => {
    let broken: Partial<ExecResult> = {};
    const { backend, host, slug, clean } = await leftBottle({ onExec: () => broken });
    broken = { exitCode: 1, stderr: "broken" };
    const metadata = await readMetadata(host.home, slug);
    if (metadata !== undefined) await updateMetadata(host.home, { ...metadata, workspaceBase: "a".repeat(40) });
    const kept = [{ slug, error: expect.objectContaining({ code: "BB_WORKSPACE" }) }];
    expect([await clean(), await clean()]).toEqual([kept, kept]);
    expect(backend.left).toHaveLength(3);
    expect(readdirSync(host.home.state(slug)).sort()).toEqual(["metadata.json", "plan.json"]);
    expect(await clean(true)).toEqual([]);
    expect(backend.left).toEqual([]);
    expect(readdirSync(host.home.stateRoot)).toEqual([]);
  });

  it("removes a bottle whose sidecar is gone, with a warning about its trail", async () => {
    const { backend, slug, reporter, clean } = await leftBottle();
    backend.machine.sidecar.crash();
    expect(await clean()).toEqual([]);
    expect(backend.left).toEqual([]);
    expect(reporter.warnings).toEqual([`${slug}: the audit trail could not be collected: The fake sidecar is down.`]);
  });

  it("keeps no trail of a launch that was killed before its sidecar said anything", async () => {
    const { backend, host, slug, reporter, clean } = await leftBottle();
    backend.machine.sidecar.crash();
    writeFileSync(host.home.audit(slug), "");
    const file = join(host.home.state(slug), "metadata.json");
    const { endpoints, ...early } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    expect(endpoints).toBeDefined();
    writeFileSync(file, JSON.stringify(early));
    expect(await clean()).toEqual([]);
    expect(readdirSync(host.home.auditRoot)).toEqual([]);
    expect(reporter.warnings).toEqual([]);
  });
});
