import { describe, expect, it } from "@jest/globals";
import type { Bottle, ExecResult } from "../../../src/bottle/bottle.ts";
import { runStep } from "../../../src/provision/run-step.ts";
import { minimalPlan } from "../../support/plans.ts";

async function bottleThat(result: Partial<ExecResult>): Promise<Bottle> {
  const { plan } = await minimalPlan();
  return { plan, exec: async () => ({ exitCode: 0, stdout: "", stderr: "", ...result }) } as unknown as Bottle;
}

describe("runStep", () => {
  it("gives the result of a command that succeeds", async () => {
    const bottle = await bottleThat({ stdout: "out", stderr: "noise" });
    expect(await runStep(bottle, "Step", { argv: ["x"] })).toEqual({ exitCode: 0, stdout: "out", stderr: "noise" });
  });

  it.each([
    ["", "The command printed nothing; see `bot-bottle doctor`."],
    ["\n\n", "The command printed nothing; see `bot-bottle doctor`."],
    ["1\n2\n3\n4\n5\n6\n", "2\n3\n4\n5\n6"],
    ["\u001b]0;x\u0007https://u:s3cret@h/", "\\u{1b}]0;x\\u{7}https://[redacted]@h/"],
  ])("hints at the last lines of %j", async (stderr, hint) => {
    const bottle = await bottleThat({ exitCode: 7, stderr });
    await expect(runStep(bottle, "Making tea", { argv: ["x"] })).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: "Making tea failed in the bottle with exit code 7.",
      hint,
    });
  });

  it("keeps a flood of output short", async () => {
    const bottle = await bottleThat({ exitCode: 1, stderr: "x".repeat(1_000_000) });
    const error: unknown = await runStep(bottle, "Step", { argv: ["x"] }).catch((reason: unknown) => reason);
    expect((error as { hint: string }).hint.length).toBeLessThanOrEqual(4000);
  });
});
