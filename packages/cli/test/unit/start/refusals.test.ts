import { mkdirSync, writeFileSync } from "node:fs";
import type { Slug } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { countRefusals } from "../../../src/start/refusals.ts";
import { testContext } from "../support/context.ts";

const SLUG = "dev-abcde" as Slug;

describe("countRefusals", () => {
  it("counts single and folded refusals, without quiet ones and without what only talks about them", async () => {
    using context = testContext();
    mkdirSync(context.home.auditRoot, { recursive: true });
    const records = [
      { type: "start" },
      { type: "refusal", host: "a" },
      { type: "refusals", count: 4, host: "b" },
      { type: "refusals", count: 100, quiet: true },
      { type: "request", path: '/"refusal"' },
    ];
    writeFileSync(context.home.audit(SLUG), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    expect(await countRefusals(context.home, SLUG)).toBe(5);
  });

  it("is none without a trail", async () => {
    using context = testContext();
    expect(await countRefusals(context.home, SLUG)).toBe(0);
  });
});
