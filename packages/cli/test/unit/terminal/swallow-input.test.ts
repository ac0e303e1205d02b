import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { swallowInput } from "../../../src/terminal/swallow-input.ts";

const elapsed = async (work: Promise<void>) => {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
};

describe("swallowInput", () => {
  it("ends when it has been quiet for long enough", async () => {
    const input = new PassThrough();
    expect(await elapsed(swallowInput(input, { quietMs: 40, maxMs: 1000 }))).toBeLessThan(500);
  });

  it("goes on while input comes, and ends at the latest after the limit", async () => {
    const input = new PassThrough();
    const typist = setInterval(() => input.write("x"), 10);
    const tookMs = await elapsed(swallowInput(input, { quietMs: 100, maxMs: 300 }));
    clearInterval(typist);
    expect(tookMs).toBeGreaterThan(280);
    expect(tookMs).toBeLessThan(1500);
  });

  it("forgets what it reads and leaves no listener", async () => {
    const input = new PassThrough();
    input.write("early");
    setTimeout(() => input.write("late"), 10);
    await swallowInput(input, { quietMs: 60, maxMs: 500 });
    expect(input.read()).toBeNull();
    expect(input.listenerCount("data") + input.listenerCount("close") + input.listenerCount("error")).toBe(0);
  });

  it("ends with the input", async () => {
    const input = new PassThrough();
    input.end();
    expect(await elapsed(swallowInput(input, { quietMs: 3000, maxMs: 3000 }))).toBeLessThan(1000);
  });

  it("reads what arrived while the process was busy", async () => {
    const input = new PassThrough();
    let got = 0;
    input.on("data", () => got++);
    const swallowing = swallowInput(input, { quietMs: 20, maxMs: 1000 });
    // In the next turn of the event loop the timer is due, and this input comes right behind it.
    const until = performance.now() + 40;
    setTimeout(() => input.write("late"), 20);
    while (performance.now() < until);
    const tookMs = await elapsed(swallowing);
    expect(got).toBe(1);
    expect(tookMs).toBeGreaterThan(15);
  });
});
