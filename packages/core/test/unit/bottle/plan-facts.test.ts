import { describe, expect, it } from "@jest/globals";
import { planEnvNames, planRisks } from "../../../src/bottle/plan-facts.ts";
import type { EgressRoute } from "../../../src/policy/route.ts";
import { changed, minimalPlan } from "../../support/plans.ts";

describe("planEnvNames", () => {
  it("is manifest and provider without hidden names, sorted, each once", async () => {
    const { plan } = await minimalPlan();
    const literal = { kind: "literal", value: "x", from: "x" } as const;
    const env = { Z: literal, a: literal, A: literal, SHARED: literal, HIDDEN: literal };
    const agentProvision = {
      ...plan.agentProvision,
      guestEnv: { SHARED: "x", B: "x", TOKEN: "x" },
      hiddenEnvNames: ["TOKEN", "HIDDEN"],
    };
    expect(planEnvNames(changed(plan, { spec: { ...plan.spec, env }, agentProvision }))).toEqual([
      "A",
      "B",
      "SHARED",
      "Z",
      "a",
    ]);
  });
});

describe("planRisks", () => {
  const route: EgressRoute = {
    id: "a.example.com:443",
    host: "a.example.com",
    port: 443,
    scheme: "https",
    from: "b.md:1:1",
    agentCredentials: false,
    matches: [],
    git: { fetch: false },
    websocket: true,
    allowPrivate: [],
  };
  const auth = { header: "authorization", secret: { source: "env", name: "T" }, wildcard: true } as const;

  async function risksOf(...routes: Partial<EgressRoute>[]): Promise<readonly string[]> {
    const { plan } = await minimalPlan();
    const policy = { routes: routes.map((changes) => ({ ...route, ...changes })), providerRules: [] };
    return planRisks(changed(plan, { egressPlan: { ...plan.egressPlan, policy } }));
  }

  it("finds none in ordinary routes", async () => {
    expect(await risksOf({}, { auth }, { host: "*.example.com" })).toEqual([]);
  });

  it("finds a credential for every tenant of a wildcard host", async () => {
    expect(await risksOf({ host: "*.example.com", auth })).toEqual([
      "*.example.com: every host under it receives the credential",
    ]);
  });

  it("finds each risk of one route", async () => {
    expect(
      await risksOf({
        agentCredentials: true,
        allowPrivate: ["10.0.0.0/8", "192.168.0.0/16"],
        scheme: "http",
        port: 80,
      }),
    ).toEqual([
      "a.example.com: the agent's own credentials pass",
      "a.example.com: may reach 10.0.0.0/8, 192.168.0.0/16",
      "a.example.com:80: cleartext",
    ]);
  });

  it("names a few suspicious files and counts the others", async () => {
    const { plan } = await minimalPlan();
    const suspicious = Array.from({ length: 20 }, (_, index) => `key${index}`);
    expect(planRisks(changed(plan, { workspace: { ...plan.workspace, suspicious } }))).toEqual([
      "workspace has files that look like secrets: key0, key1, key2, key3, key4 and 15 more",
    ]);
  });
});
