import { describe, expect, it } from "@jest/globals";
import type { Bottle, ExecRequest, TreeEntries } from "../../../src/bottle/bottle.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";
import { changed, fullPlan } from "../../support/plans.ts";

/** What each default step asks of a bottle. */
async function asked(step: (provider: FakeProvider, plan: Bottle["plan"], bottle: Bottle) => Promise<void>) {
  const { plan } = await fullPlan();
  const calls: string[] = [];
  const bottle = {
    plan: changed(plan, { skills: [] }),
    sidecar: { caCertificate: "PEM" },
    reporter: { report: () => calls.push("report") },
    writeFile: async (path: string) => calls.push(`write ${path}`),
    copyIn: async (_entries: TreeEntries, dir: string) => calls.push(`copy ${dir}`),
    exec: async ({ user = "agent" }: ExecRequest) => {
      calls.push(`exec ${user}`);
      return { exitCode: 0, stdout: "", stderr: "" };
    },
  } as unknown as Bottle;
  await step(new FakeProvider(), bottle.plan, bottle);
  return calls;
}

describe("AgentProvider", () => {
  it("has a working default for every provision step", async () => {
    expect(await asked((provider, plan, bottle) => provider.provisionCa(plan, bottle))).toEqual(["exec root"]);
    expect(await asked((provider, plan, bottle) => provider.provisionPrompt(plan, bottle))).toEqual([
      "write /home/node/.bot-bottle-prompt.txt",
    ]);
    expect(await asked((provider, plan, bottle) => provider.provisionSkills(plan, bottle))).toEqual([]);
    expect(await asked((provider, plan, bottle) => provider.provisionAgent(plan, bottle))).toEqual(["copy /home/node"]);
    expect(await asked((provider, plan, bottle) => provider.provisionSupervise(plan, bottle))).toEqual([]);
    expect(await asked((provider, plan, bottle) => provider.provisionGit(plan, bottle))).toEqual(["exec agent"]);
  });
});
