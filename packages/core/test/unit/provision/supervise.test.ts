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
    await provisionSupervise(plan, bottle, undefined);
    expect(reporter.events).toEqual([]);
    await provisionSupervise(changed(plan, { supervisePlan: { mcpUrl: plan.superviseMcpUrl } }), bottle, undefined);
    expect(reporter.warnings).toEqual([
      "The agent program was not told of the supervise server at http://supervise:9100/mcp.",
    ]);
  });

  it("runs the program's own command; a failure is a warning that shows it", async () => {
    const { plan } = await minimalPlan();
    const supervised = changed(plan, { supervisePlan: { mcpUrl: plan.superviseMcpUrl } });
    const reporter = recorder();
    const asked: (readonly string[])[] = [];
    const exec = async ({ argv }: { readonly argv: readonly string[] }): Promise<object> => {
      asked.push(argv);
      return { exitCode: asked.length - 1, stdout: "", stderr: "no such command" };
    };
    const bottle = { plan: supervised, reporter, exec } as unknown as Bottle;
    const argv = ["agent", "mcp", "add", "supervise", plan.superviseMcpUrl];
    await provisionSupervise(supervised, bottle, argv);
    expect([asked, reporter.warnings]).toEqual([[argv], []]);
    await provisionSupervise(supervised, bottle, argv);
    expect(reporter.warnings).toEqual([
      expect.stringContaining("To try it by hand: agent mcp add supervise http://supervise:9100/mcp"),
    ]);
  });
});
