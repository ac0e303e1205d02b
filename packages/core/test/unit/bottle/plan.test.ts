import { describe, expect, it } from "@jest/globals";
import type { BottlePlanInit } from "../../../src/bottle/plan.ts";
import { FakePlan } from "../../../src/testing/fake-backend.ts";
import { fullPlan, minimalPlan } from "../../support/plans.ts";

describe("BottlePlan", () => {
  it("is made again from what it was made from, by way of JSON", async () => {
    for (const make of [minimalPlan, fullPlan]) {
      const { plan } = await make();
      const again = new FakePlan(JSON.parse(JSON.stringify(plan.init)) as BottlePlanInit);
      expect(again.toJSON()).toEqual(plan.toJSON());
      expect(JSON.stringify(again.init)).toBe(JSON.stringify(plan.init));
    }
  });

  it("says where the agent finds its sidecar", async () => {
    const { plan } = await minimalPlan();
    expect([plan.egressProxyUrl, plan.superviseMcpUrl, plan.gitGateInsteadOfScheme, plan.gitGateInsteadOfHost]).toEqual(
      ["http://egress:9099", "http://supervise:9100/mcp", "http", "git-gate:9420"],
    );
  });

  it("has every field of its init", async () => {
    const { plan } = await fullPlan();
    for (const [key, value] of Object.entries(plan.init)) expect(plan[key as keyof BottlePlanInit]).toBe(value);
  });
});
