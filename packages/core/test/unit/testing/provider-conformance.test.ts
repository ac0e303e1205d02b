import { describe, expect, it } from "@jest/globals";
import type { ProviderInputs, ProviderProvision } from "../../../src/provider/agent-provider.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";
import { providerConformance } from "../../../src/testing/provider-conformance.ts";

const caseOf = (id: string) => providerConformance.find((one) => one.id === `provider.${id}`);

/** A fake provider with one defect. */
function defective(change: (plan: ProviderProvision) => Partial<ProviderProvision>) {
  class Defective extends FakeProvider {
    override provisionPlan(inputs: ProviderInputs): ProviderProvision {
      const plan = super.provisionPlan(inputs);
      return { ...plan, ...change(plan) };
    }
  }
  return { make: () => new Defective(), token: "token-of-the-test" };
}

describe("providerConformance", () => {
  it.each(providerConformance)("holds for the fake provider: $title", async ({ run }) => {
    await expect(run({ make: () => new FakeProvider(), token: undefined })).resolves.toBeUndefined();
  });

  let launches = 0;
  it.each<[id: string, change: (plan: ProviderProvision) => Partial<ProviderProvision>]>([
    ["pure", () => ({ notes: [String(launches++)] })],
    ["data", () => ({ notes: [undefined as unknown as string] })],
    ["secrets", () => ({ guestEnv: { TOKEN: "token-of-the-test" } })],
    ["home", () => ({ files: [{ path: "/etc/passwd", content: "", mode: 0o600 }] })],
    ["home", () => ({ files: [{ path: "/home/node/x", content: "", mode: 0o666 }] })],
    ["environment", () => ({ hiddenEnvNames: ["NOT_SET"] })],
    ["routes", ({ egressRoutes }) => ({ egressRoutes: egressRoutes.map((route) => ({ ...route, matches: [] })) })],
    [
      "policy",
      ({ egressRoutes }) => ({ egressRoutes: egressRoutes.map((route) => ({ ...route, host: "not a host" })) }),
    ],
  ])("finds a defect of %s", async (id, change) => {
    await expect(caseOf(id)?.run(defective(change))).rejects.toThrow();
  });

  it("finds a provider that takes any setting", async () => {
    class Careless extends FakeProvider {
      override provisionPlan(inputs: ProviderInputs): ProviderProvision {
        return super.provisionPlan({
          ...inputs,
          spec: { ...inputs.spec, provider: { ...inputs.spec.provider, settings: {} } },
        });
      }
    }
    await expect(caseOf("settings")?.run({ make: () => new Careless(), token: undefined })).rejects.toThrow();
  });
});
