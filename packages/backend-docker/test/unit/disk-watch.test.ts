import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { watchDisk } from "../../src/disk-watch.ts";
import type { Container } from "../../src/open-exec.ts";

const LIMIT = 100;
const INTERVAL_MS = 10;

/** A machine whose disk holds as much as the test says. */
function machine() {
  const state = { bytes: 0, ended: 0, isBroken: false };
  const exec = async () => {
    if (state.isBroken) throw Object.assign(new Error("no more processes"), { statusCode: 500 });
    state.ended++;
    return {
      start: async () => new PassThrough().end(),
      inspect: async () => ({ Running: false, ExitCode: 0, Pid: 1 }),
    };
  };
  const container = { exec, inspect: async () => ({ SizeRw: state.bytes }) };
  const engine = { docker: async () => ({ getContainer: () => container }) };
  const warnings: string[] = [];
  const stop = watchDisk({
    container: { engine, id: "c1", title: "the bottle" } as unknown as Container,
    user: "node",
    limitBytes: LIMIT,
    reporter: { report: (event) => event.type === "warning" && warnings.push(event.message) },
    intervalMs: INTERVAL_MS,
  });
  return { state, warnings, stop };
}

const rounds = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * INTERVAL_MS);

describe("watchDisk", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("ends the agent's processes past the limit, and leaves those alone that save its work after that", async () => {
    const { state, warnings, stop } = machine();
    await rounds(5);
    expect(state.ended).toBe(0);
    state.bytes = LIMIT + 10;
    await rounds(5);
    state.bytes += LIMIT;
    await rounds(5);
    expect([state.ended, warnings.length]).toEqual([1, 1]);
    stop();
  });

  it("ends them again when as much again was written", async () => {
    const { state, stop } = machine();
    state.bytes = LIMIT + 10;
    await rounds(5);
    state.bytes += LIMIT + 1;
    await rounds(5);
    expect(state.ended).toBe(2);
    stop();
  });

  it("tries again what it could not end", async () => {
    const { state, stop } = machine();
    state.bytes = LIMIT + 10;
    state.isBroken = true;
    await rounds(5);
    state.isBroken = false;
    await rounds(5);
    expect(state.ended).toBe(1);
    stop();
  });

  it("does nothing any more once it was stopped", async () => {
    const { state, stop } = machine();
    stop();
    state.bytes = LIMIT + 10;
    await rounds(5);
    expect(state.ended).toBe(0);
  });
});
