import { describe, expect, it } from "@jest/globals";
import { compileProviderRules, findProviderRule, isManifestRoute } from "../../../src/policy/provider-rules.ts";
import { exact, prefix, readable, sampleMatch, sampleRoute, sampleRule } from "./samples.ts";

const input = (method: string, path: string) => ({ method, path: readable(path), headers: [] });

describe("findProviderRule", () => {
  const rules = compileProviderRules([
    sampleRule({ kind: "quiet", matches: [sampleMatch({ methods: ["POST"] })] }),
    sampleRule(),
    sampleRule({ kind: "quiet", host: "*.telemetry.example", matches: [] }),
  ]);

  it("prefers a rule that the human is told of", () => {
    expect(findProviderRule(rules, "api.example.com", input("POST", "/api/oauth/x"))?.id).toBe(
      "provider claude refused 2",
    );
    expect(findProviderRule(rules, "api.example.com", input("POST", "/x"))?.id).toBe("provider claude quiet 1");
    expect(findProviderRule(rules, "api.example.com", input("GET", "/x"))).toBeUndefined();
  });

  it("covers wildcards and whole hosts", () => {
    const rule = findProviderRule(rules, "a.telemetry.example", input("GET", "/"));
    expect(rule).toMatchObject({ id: "provider claude quiet 3", coversHost: true });
    expect(findProviderRule(rules, "telemetry.example", input("GET", "/"))).toBeUndefined();
  });

  it("throws for a rule that could not be obeyed", () => {
    expect(() => compileProviderRules([sampleRule({ host: "*" })])).toThrow(TypeError);
    expect(() => compileProviderRules([sampleRule({ matches: [sampleMatch({ paths: [prefix("x")] })] })])).toThrow(
      TypeError,
    );
    expect(() => compileProviderRules([sampleRule({ matches: [sampleMatch({ paths: [exact("/..")] })] })])).toThrow(
      TypeError,
    );
  });
});

describe("isManifestRoute", () => {
  it("is true once a manifest had a say", () => {
    expect(isManifestRoute(sampleRoute())).toBe(true);
    expect(isManifestRoute(sampleRoute({ provider: "claude", from: "provider claude" }))).toBe(false);
    expect(isManifestRoute(sampleRoute({ provider: "claude", from: "provider claude, dev.md:3:5" }))).toBe(true);
    expect(isManifestRoute(sampleRoute({ provider: "claude", from: "dev.md:3:5" }))).toBe(true);
  });
});
