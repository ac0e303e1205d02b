import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { together } from "../../src/settle.ts";

const never = new AbortController().signal;

describe("together", () => {
  it("gives every result by its name", async () => {
    expect(await together(never, () => ({ a: Promise.resolve(1), b: delay(5, "two") }))).toEqual({ a: 1, b: "two" });
  });

  it("waits for what is on its way before it fails with the first error, and tells the others to stop", async () => {
    const made: string[] = [];
    const work = together(never, (signal) => ({
      slow: delay(30).then(() => made.push(signal.aborted ? "told" : "not told")),
      late: delay(20).then(() => Promise.reject(new Error("second"))),
      early: Promise.reject(new Error("first")),
    }));
    await expect(work).rejects.toThrow("first");
    expect(made).toEqual(["told"]);
  });

  it("is aborted only after everything has settled", async () => {
    const controller = new AbortController();
    let isMade = false;
    const work = together(controller.signal, () => ({ slow: delay(20).then(() => (isMade = true)) }));
    controller.abort(new Error("stopped"));
    await expect(work).rejects.toThrow("stopped");
    expect(isMade).toBe(true);
  });
});
