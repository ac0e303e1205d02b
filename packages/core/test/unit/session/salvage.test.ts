import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Bottle } from "../../../src/bottle/bottle.ts";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import type * as SalvageWork from "../../../src/session/salvage-work.ts";
import { readMetadata, updateMetadata } from "../../../src/state/state-store.ts";
import { recorder } from "../../support/events.ts";
import { tempDir } from "../../support/temp-home.ts";

const salvageWork = jest.fn<typeof SalvageWork.salvageWork>();
jest.unstable_mockModule("../../../src/session/salvage-work.ts", () => ({ salvageWork }));
const { salvage } = await import("../../../src/session/salvage.ts");
const { FakeBackend } = await import("../../../src/testing/fake-backend.ts");
const { fakeHost } = await import("../../../src/testing/fake-host.ts");
const { samplePlan } = await import("../../../src/testing/sample-plan.ts");

const left: Bottle[] = [];

afterEach(async () => {
  for (const bottle of left.splice(0)) await bottle.destroy();
});

async function setUp({ workspaceBase }: { workspaceBase?: string } = {}) {
  const host = fakeHost(tempDir());
  const backend = new FakeBackend();
  const bottle = await backend.launch(await samplePlan(backend, host), { host });
  left.push(bottle);
  const { slug } = bottle.plan;
  const metadata = await readMetadata(host.home, slug);
  if (metadata === undefined) throw new TypeError("no metadata");
  if (workspaceBase !== undefined) await updateMetadata(host.home, { ...metadata, workspaceBase });
  backend.machine.orphan();
  const reporter = recorder();
  const run = (discard = false): Promise<void> => salvage(backend, slug, { host, reporter, discard });
  const trail = (): string[] => readFileSync(host.home.audit(slug), "utf8").split("\n");
  return { host, backend, slug, metadata, reporter, run, trail };
}

const types = (lines: readonly string[]): string[] =>
  lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { type: string }).type);

describe("salvage of the audit trail", () => {
  beforeEach(() => {
    salvageWork.mockReset();
    salvageWork.mockResolvedValue({ saved: true, reason: "The work was saved." });
  });

  it("adds what the sidecar wrote since, over several pages, to whole lines", async () => {
    const { backend, run, trail, host, slug } = await setUp();
    const { sidecar } = backend.machine;
    for (let index = 0; index < 5; index++) sidecar.write({ type: "secrets", keys: [String(index)] });
    appendFileSync(host.home.audit(slug), '{"seq":1,"half');
    sidecar.maxPageLines = 2;
    await run();
    expect(types(trail())).toEqual(["start", ...Array<string>(5).fill("secrets"), "end"]);
  });

  it("waits for a sidecar that does not answer only so long", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    try {
      const { backend, run, reporter } = await setUp();
      backend.machine.sidecar.silent.add("audit.end");
      const running = run();
      while (!backend.machine.sidecar.calls.some(({ method }) => method === "audit.end")) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      jest.advanceTimersByTime(15_000);
      await running;
      expect(reporter.warnings).toEqual([expect.stringContaining("did not answer within 15 s")]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("says nothing about a sidecar that was never configured", async () => {
    const { backend, run, reporter, host, metadata } = await setUp();
    const unconfigured: { endpoints?: unknown } = { ...metadata };
    delete unconfigured.endpoints;
    await updateMetadata(host.home, unconfigured as typeof metadata);
    backend.machine.sidecar.restart();
    await run();
    expect(reporter.warnings).toEqual([]);
  });

  it("does nothing for a bottle that is not known here", async () => {
    const { backend, host, reporter } = await setUp();
    await salvage(backend, "unknown-abcde" as never, { host, reporter, discard: false });
    expect(reporter.events).toEqual([]);
  });
});

describe("salvage of the work", () => {
  beforeEach(() => {
    salvageWork.mockReset();
    salvageWork.mockResolvedValue({ saved: true, reason: "The work was saved." });
  });

  it("ends the agent's processes first, then saves beside the state", async () => {
    const { backend, run, host, slug } = await setUp({ workspaceBase: "a".repeat(40) });
    salvageWork.mockImplementation(async () => {
      expect(backend.machine.operations.at(-1)).toEqual({ kind: "endSession", session: "agent" });
      return { saved: true, reason: "The work was saved." };
    });
    await run();
    expect(salvageWork).toHaveBeenCalledTimes(1);
    expect(salvageWork.mock.calls[0]?.slice(1, 3)).toEqual([
      expect.objectContaining({ workspaceBase: "a".repeat(40) }),
      join(host.home.state(slug), "work.bundle"),
    ]);
  });

  it("can be stopped", async () => {
    const { backend, host, slug, reporter } = await setUp({ workspaceBase: "a".repeat(40) });
    const { signal } = new AbortController();
    await salvage(backend, slug, { host, reporter, discard: false, signal });
    expect(salvageWork.mock.calls[0]?.[3]).toEqual({ signal });
  });

  it.each([
    ["without a copied workspace", undefined, false],
    ["when it is given up", "a".repeat(40), true],
  ])("does not look for any %s", async (_title, workspaceBase, discard) => {
    const { run } = await setUp(workspaceBase === undefined ? {} : { workspaceBase });
    await run(discard);
    expect(salvageWork).not.toHaveBeenCalled();
  });

  it.each(["BB_WORKSPACE", "BB_DISK_FULL", "BB_ENGINE_UNAVAILABLE"] as const)(
    "refuses to go on when there may be work and saving it ends in %s",
    async (code) => {
      const { run } = await setUp({ workspaceBase: "a".repeat(40) });
      salvageWork.mockRejectedValue(new BotBottleError(code, "It could not be saved."));
      await expect(run()).rejects.toMatchObject({ code });
    },
  );

  it("starts a machine that was stopped where it stood, as by a reboot", async () => {
    const { backend, run, reporter } = await setUp({ workspaceBase: "a".repeat(40) });
    backend.machine.isStopped = true;
    backend.machine.sidecar.crash();
    await run();
    expect(salvageWork).toHaveBeenCalledTimes(1);
    expect(reporter.warnings).toEqual([expect.stringContaining("the audit trail could not be collected")]);
  });

  it("refuses to go on when a stopped machine cannot be started", async () => {
    const { backend, run } = await setUp({ workspaceBase: "a".repeat(40) });
    backend.machine.isStopped = true;
    jest.spyOn(backend, "wake").mockRejectedValue(new BotBottleError("BB_ENGINE_ERROR", "Its network is gone."));
    await expect(run()).rejects.toMatchObject({ code: "BB_ENGINE_ERROR" });
    expect(salvageWork).not.toHaveBeenCalled();
  });

  it("does not start a stopped machine whose work is given up", async () => {
    const { backend, run } = await setUp({ workspaceBase: "a".repeat(40) });
    backend.machine.isStopped = true;
    await run(true);
    expect(backend.machine.isStopped).toBe(true);
  });

  it("warns and goes on when the machine is gone", async () => {
    const { backend, run, reporter, slug } = await setUp({ workspaceBase: "a".repeat(40) });
    backend.machine.things.delete("machine");
    await run();
    expect(salvageWork).not.toHaveBeenCalled();
    expect(reporter.warnings).toEqual([expect.stringContaining(`${slug}: the agent's work could not be collected`)]);
  });
});
