import { describe, expect, it } from "@jest/globals";
import { BACKEND_CAPABILITIES, type BackendCapabilities } from "../../../src/backend/capabilities.ts";
import { requireCapabilities, requiredCapabilities } from "../../../src/backend/required-capabilities.ts";
import type { BottlePlanInit } from "../../../src/bottle/plan.ts";
import { FakePlan } from "../../../src/testing/fake-backend.ts";
import { sampleInit } from "../../support/sample-metadata.ts";

const planWith = (upstream: object): FakePlan =>
  new FakePlan({ ...sampleInit(), egressPlan: { upstream } as BottlePlanInit["egressPlan"] });
const offering = (...names: string[]): { name: string; capabilities: BackendCapabilities } => ({
  name: "fake",
  capabilities: Object.fromEntries(
    Object.keys(BACKEND_CAPABILITIES).map((name) => [name, names.includes(name)]),
  ) as BackendCapabilities,
});

describe("requiredCapabilities", () => {
  it("asks for nothing by default", () => {
    expect(requiredCapabilities(planWith({ caCertificates: [] }))).toEqual([]);
    expect(() => {
      requireCapabilities(planWith({}), offering());
    }).not.toThrow();
  });

  it("refuses a key that the backend cannot honour, naming both", () => {
    const plan = planWith({ network: "corp" });
    expect(requiredCapabilities(plan)).toEqual([{ capability: "upstreamNetwork", asked: "egress.upstream.network" }]);
    expect(() => {
      requireCapabilities(plan, offering("upstreamNetwork"));
    }).not.toThrow();
    expect(() => {
      requireCapabilities(plan, offering("snapshot"));
    }).toThrow(
      expect.objectContaining({
        code: "BB_BACKEND_CAPABILITY",
        message: 'Backend "fake" cannot honour egress.upstream.network.',
        hint: expect.stringContaining("--backend"),
      }),
    );
  });
});
