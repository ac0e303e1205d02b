import { describe, expect, it } from "@jest/globals";
import type { BottlePlanInit } from "../../../src/bottle/plan.ts";
import { FakeBackend, FakePlan } from "../../../src/testing/fake-backend.ts";
import { printParity } from "../../../src/testing/print-parity.ts";

class TalkativePlan extends FakePlan {
  override print(write: (line: string) => void): void {
    super.print((line) => {
      write(line.replace("agent ", "Agent "));
    });
  }
}

class OutspokenPlan extends FakePlan {
  override toJSON() {
    return { ...super.toJSON(), risks: [] };
  }
}

function backendOf(Plan: new (init: BottlePlanInit) => FakePlan): FakeBackend {
  class OtherBackend extends FakeBackend {
    protected override completePlan(init: BottlePlanInit): FakePlan {
      return new Plan(init);
    }
  }
  return new OtherBackend();
}

describe("printParity", () => {
  it.each(printParity)("holds for the fake backend: $title", async ({ run }) => {
    await expect(run(new FakeBackend())).resolves.toBeUndefined();
  });

  it.each(printParity)("finds a backend that prints otherwise: $title", async ({ run }) => {
    await expect(run(backendOf(TalkativePlan))).rejects.toMatchObject({ name: "AssertionError" });
  });

  it("finds a backend whose dry run answers otherwise", async () => {
    const full = printParity.find(({ id }) => id === "print-parity.full");
    await expect(full?.run(backendOf(OutspokenPlan))).rejects.toMatchObject({ name: "AssertionError" });
  });

  it("wants a refusal from a backend that cannot do what a case asks", async () => {
    const network = printParity.find(({ requires }) => requires === "upstreamNetwork");
    await expect(network?.run(new FakeBackend({ capabilities: { upstreamNetwork: false } }))).resolves.toBeUndefined();
    class CarelessBackend extends FakeBackend {
      override readonly capabilities = { ...new FakeBackend().capabilities, upstreamNetwork: false };
      override async prepare(...args: Parameters<FakeBackend["prepare"]>) {
        return await new FakeBackend().prepare(...args);
      }
    }
    await expect(network?.run(new CarelessBackend())).rejects.toMatchObject({ name: "AssertionError" });
  });
});
