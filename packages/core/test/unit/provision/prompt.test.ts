import { describe, expect, it, jest } from "@jest/globals";
import type { Bottle } from "../../../src/bottle/bottle.ts";
import { provisionPrompt } from "../../../src/provision/prompt.ts";
import { fullPlan, minimalPlan } from "../../support/plans.ts";

describe("provisionPrompt", () => {
  it("writes the prompt, and an empty file without one", async () => {
    const writeFile = jest.fn<Bottle["writeFile"]>();
    for (const { plan } of [await fullPlan(), await minimalPlan()]) {
      await provisionPrompt(plan, { writeFile } as unknown as Bottle, "/home/node/prompt.txt");
    }
    expect(writeFile.mock.calls).toEqual([
      ["/home/node/prompt.txt", "Be brief.", 0o644],
      ["/home/node/prompt.txt", "", 0o644],
    ]);
  });
});
