import { BotBottleError } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { all } from "../../src/remove.ts";

const gone = (what: string): Promise<void> =>
  Promise.reject(new BotBottleError("BB_ENGINE_UNAVAILABLE", `No ${what}.`, { hint: "Start the engine." }));

describe("all", () => {
  it("waits for every removal, whatever another one says", async () => {
    let isDone = false;
    const slow = new Promise<void>((resolve) => setTimeout(resolve, 10)).then(() => void (isDone = true));
    await expect(all([gone("engine"), slow])).rejects.toMatchObject({ message: "No engine." });
    expect(isDone).toBe(true);
  });

  it("says all that failed under a code, each once", async () => {
    const one = gone("container");
    await expect(all([one, one, gone("network"), Promise.resolve()])).rejects.toMatchObject({
      code: "BB_ENGINE_UNAVAILABLE",
      message: "No container. No network.",
      hint: "Start the engine.",
    });
  });

  it("is fine when nothing failed", async () => {
    await expect(all([Promise.resolve()])).resolves.toBeUndefined();
  });
});
