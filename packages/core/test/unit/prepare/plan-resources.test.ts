import { availableParallelism, totalmem } from "node:os";
import { describe, expect, it } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { DEFAULT_RESOURCES, planResources } from "../../../src/prepare/plan-resources.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";

const specWith = (resources: BottleSpec["resources"]): BottleSpec => ({ ...sampleSpec, resources });

describe("planResources", () => {
  it("has defaults that the machine can give", () => {
    const { cpus, memoryBytes, pids, diskBytes } = planResources(specWith({}));
    expect(cpus).toBe(Math.min(4, availableParallelism()));
    expect(memoryBytes).toBeLessThanOrEqual(totalmem() * 0.75);
    expect(Number.isInteger(memoryBytes)).toBe(true);
    expect([pids, diskBytes]).toEqual([DEFAULT_RESOURCES.pids, DEFAULT_RESOURCES.diskBytes]);
  });

  it("takes what the manifest says as it is", () => {
    const resources = { cpus: 0.5, memoryBytes: 2 ** 50, pids: 16, diskBytes: 2 ** 40 };
    expect(planResources(specWith(resources))).toEqual(resources);
  });
});
