import type { BottlePlanInit } from "../../src/bottle/plan.ts";
import type { BottleSpec } from "../../src/bottle/spec.ts";
import { FakeBackend, FakePlan } from "../../src/testing/fake-backend.ts";
import { withSampleHome } from "../../src/testing/sample-home.ts";
import { fullSpec, minimalSpec } from "../../src/testing/sample-spec.ts";

export interface PreparedPlan {
  readonly plan: FakePlan;
  /** of the sample's user, gone by now; for texts that name it */
  readonly root: string;
}

async function prepared(specFor: (cwd: string) => BottleSpec): Promise<PreparedPlan> {
  return await withSampleHome(async (host, cwd) => ({
    plan: await new FakeBackend().prepare(specFor(cwd), host),
    root: host.userHome,
  }));
}

export const minimalPlan = (): Promise<PreparedPlan> => prepared(() => minimalSpec);
export const fullPlan = (): Promise<PreparedPlan> => prepared(fullSpec);

/** The same plan with something changed. */
export function changed(plan: FakePlan, changes: Partial<BottlePlanInit>): FakePlan {
  return new FakePlan({ ...plan.init, ...changes });
}
