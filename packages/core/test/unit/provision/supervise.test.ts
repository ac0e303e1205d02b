import { describe, expect, it } from "@jest/globals";
import type { Bottle } from "../../../src/bottle/bottle.ts";
import { provisionSupervise } from "../../../src/provision/supervise.ts";
import { recorder } from "../../support/events.ts";
import { changed, minimalPlan } from "../../support/plans.ts";

describe("provisionSupervise", () => {
  it("has nothing to say without a supervise plan, and says that nobody registered the server with one", async () => {
    const { plan } = await minimalPlan();
    const reporter = recorder();
    const bottle = { plan, reporter } as unknown as Bottle;
    await provisionSupervise(plan, bottle);
    expect(reporter.events).toEqual([]);
    await provisionSupervise(changed(plan, { supervisePlan: { mcpUrl: plan.superviseMcpUrl } }), bottle);
    expect(reporter.warnings).toEqual([
      "The agent program was not told of the supervise server at http://supervise:9100/mcp.",
    ]);
  });
});
