import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import type * as SalvageWork from "../../../src/session/salvage-work.ts";
import { isOwnerAlive } from "../../../src/state/owner-lock.ts";
import { readMetadata, updateMetadata } from "../../../src/state/state-store.ts";
import { recorder } from "../../support/events.ts";
import { filesHolding } from "../../support/files-below.ts";
import { tempDir } from "../../support/temp-home.ts";

const salvageWork = jest.fn<typeof SalvageWork.salvageWork>();
jest.unstable_mockModule("../../../src/session/salvage-work.ts", () => ({ salvageWork }));
const { endOfSession } = await import("../../../src/session/end-of-session.ts");
const { FakeBackend } = await import("../../../src/testing/fake-backend.ts");
const { fakeHost } = await import("../../../src/testing/fake-host.ts");
const { samplePlan } = await import("../../../src/testing/sample-plan.ts");

async function setUp({ withWorkspace = false } = {}) {
  const root = tempDir();
  const host = fakeHost(root);
  const backend = new FakeBackend();
  const bottle = await backend.launch(await samplePlan(backend, host), { host });
  const { slug } = bottle.plan;
  const metadata = await readMetadata(host.home, slug);
  if (withWorkspace && metadata !== undefined) {
    await updateMetadata(host.home, { ...metadata, workspaceBase: "a".repeat(40) });
  }
  const reporter = recorder();
  const dir = host.home.state(slug);
  const end = (discard = false) => endOfSession(bottle, { host, reporter, discard });
  return { root, host, backend, bottle, slug, dir, reporter, end };
}

const saves = (dir: string) => async () => {
  writeFileSync(join(dir, "work.bundle"), "work");
  return { saved: true, reason: "The work was saved. Some files could not be read." };
};

describe("endOfSession", () => {
  beforeEach(() => {
    salvageWork.mockReset();
  });

  it("leaves the audit trail and nothing else", async () => {
    const { root, host, backend, slug, reporter, end } = await setUp();
    expect(await end()).toEqual({ workSaved: false, workReason: undefined });
    expect(backend.left).toEqual([]);
    expect(readdirSync(host.home.stateRoot)).toEqual([]);
    expect(readdirSync(host.home.auditRoot)).toEqual([`${slug}.jsonl`, `${slug}.seal.json`]);
    expect(backend.machine.operations.at(-1)).toEqual({ kind: "endSession", session: "agent" });
    expect(reporter.steps).toEqual(["destroy"]);
    expect(filesHolding(root, "registry-token-value")).toEqual([]);
  });

  it("saves the work after the agent's processes ended and before the machine goes", async () => {
    const { host, dir, slug, backend, reporter, end } = await setUp({ withWorkspace: true });
    salvageWork.mockImplementation(async () => {
      expect(backend.left).toHaveLength(3);
      expect(backend.machine.operations.at(-1)).toEqual({ kind: "endSession", session: "agent" });
      return await saves(dir)();
    });
    expect(await end()).toEqual({
      workSaved: true,
      workReason: "The work was saved. Some files could not be read.",
    });
    expect(readdirSync(host.home.state(slug))).toEqual(["work.bundle"]);
    expect(await isOwnerAlive(dir)).toBe(false);
    expect(reporter.steps).toEqual(["salvage", "destroy"]);
  });

  it("leaves the work behind when asked to", async () => {
    const { dir, end } = await setUp({ withWorkspace: true });
    expect(await end(true)).toEqual({ workSaved: false, workReason: undefined });
    expect(salvageWork).not.toHaveBeenCalled();
    expect(existsSync(dir)).toBe(false);
  });

  it("keeps the whole bottle when its work cannot be saved", async () => {
    const { dir, backend, end } = await setUp({ withWorkspace: true });
    salvageWork.mockRejectedValue(new BotBottleError("BB_DISK_FULL", "The disk is full."));
    await expect(end()).rejects.toMatchObject({ code: "BB_DISK_FULL" });
    expect(backend.left).toHaveLength(3);
    expect(await isOwnerAlive(dir)).toBe(true);
    await end(true);
    expect(backend.left).toEqual([]);
  });

  it("keeps the state folder when the machine cannot be removed: cleanup needs it", async () => {
    const { dir, bottle, host, reporter } = await setUp();
    const stuck = { ...bottle, destroy: () => Promise.reject(new Error("engine gone")) };
    await expect(endOfSession(stuck, { host, reporter, discard: false })).rejects.toThrow("engine gone");
    expect(existsSync(join(dir, "metadata.json"))).toBe(true);
  });

  it("goes on with a warning when the agent's processes cannot be ended", async () => {
    const { backend, bottle, host, reporter } = await setUp();
    const stuck = { ...bottle, endSession: () => Promise.reject(new Error("no \u001b[2J shell")) };
    await endOfSession(stuck, { host, reporter, discard: false });
    expect(backend.left).toEqual([]);
    expect(reporter.warnings).toEqual(["The agent's processes could not be ended: no \\u{1b}[2J shell"]);
  });
});
