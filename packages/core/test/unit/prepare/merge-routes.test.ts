import { describe, expect, it } from "@jest/globals";
import type { SpecRoute } from "../../../src/bottle/spec.ts";
import type { EgressRoute } from "../../../src/policy/route.ts";
import { mergeRoutes } from "../../../src/prepare/merge-routes.ts";

const providerRoute: EgressRoute = {
  id: "api.example.com:443",
  host: "api.example.com",
  port: 443,
  scheme: "https",
  from: "provider fake",
  provider: "fake",
  auth: {
    scheme: "Bearer",
    header: "authorization",
    secret: { source: "env", name: "API_TOKEN" },
    placeholder: "placeholder",
    wildcard: false,
  },
  agentCredentials: false,
  matches: [{ paths: [{ type: "prefix", value: "/v1" }], methods: ["POST"], headers: [] }],
  git: { fetch: false },
  websocket: true,
  allowPrivate: [],
};

const manifestRoute: SpecRoute = {
  id: "api.example.com:443",
  host: "api.example.com",
  port: 443,
  scheme: "https",
  from: "b.md:3:5",
  agentCredentials: false,
  matches: [],
  git: { fetch: false },
  websocket: true,
  allowPrivate: [],
  override: false,
  written: ["host"],
};

const other = (changes: Partial<SpecRoute>): SpecRoute => ({ ...manifestRoute, ...changes });

describe("mergeRoutes", () => {
  it("keeps routes of different hosts and ports apart, the provider's first", () => {
    const routes = mergeRoutes(
      [providerRoute],
      [other({ port: 8443, id: "api.example.com:8443" }), other({ host: "*.example.com", id: "*.example.com:443" })],
    );
    expect(routes.map(({ id }) => id)).toEqual(["api.example.com:443", "api.example.com:8443", "*.example.com:443"]);
    expect(routes[0]).toBe(providerRoute);
    expect(routes[1]).not.toHaveProperty("override");
    expect(routes[1]).not.toHaveProperty("written");
  });

  it("refuses a second entry for a host, naming both places", () => {
    expect(() => mergeRoutes([providerRoute], [manifestRoute])).toThrow(
      expect.objectContaining({
        code: "BB_MANIFEST_CONFLICT",
        message: 'b.md:3:5: the host "api.example.com:443" is already declared by provider fake.',
        hint: expect.stringContaining("override: true"),
      }),
    );
    expect(() => mergeRoutes([], [manifestRoute, other({ from: "c.md:9:5" })])).toThrow(
      expect.objectContaining({ message: 'c.md:9:5: the host "api.example.com:443" is already declared by b.md:3:5.' }),
    );
  });

  it("replaces only what the override wrote: a provider's auth and matches stay", () => {
    const override = other({ override: true, written: ["host", "allowPrivate"], allowPrivate: ["10.1.0.0/16"] });
    expect(mergeRoutes([providerRoute], [override])).toEqual([
      { ...providerRoute, allowPrivate: ["10.1.0.0/16"], from: "provider fake, b.md:3:5" },
    ]);
  });

  it("leaves everything as it was when the override wrote nothing but the host", () => {
    const override = other({ override: true, websocket: false });
    expect(mergeRoutes([providerRoute], [override])).toEqual([{ ...providerRoute, from: "provider fake, b.md:3:5" }]);
  });

  it("replaces matches and takes auth away when the override says so", () => {
    const matches = [{ paths: [{ type: "exact", value: "/" }], methods: [], headers: [] }] as const;
    const override = other({ override: true, written: ["host", "auth", "matches"], matches, auth: undefined });
    const [merged] = mergeRoutes([providerRoute], [override]);
    expect(merged?.auth).toBeUndefined();
    expect(merged?.matches).toEqual(matches);
    expect(merged?.provider).toBe("fake");
  });

  it("never lets an override change what names the route", () => {
    const written = ["id", "host", "port", "scheme", "from", "provider", "websocket"] as const;
    const override = other({ override: true, written, id: "x", scheme: "http", websocket: false });
    expect(mergeRoutes([providerRoute], [override])).toEqual([
      { ...providerRoute, websocket: false, from: "provider fake, b.md:3:5" },
    ]);
  });

  it("refuses an override of nothing", () => {
    expect(() => mergeRoutes([providerRoute], [other({ host: "api.exmaple.com", override: true })])).toThrow(
      expect.objectContaining({
        code: "BB_MANIFEST_CONFLICT",
        message: 'b.md:3:5: there is no earlier entry for "api.exmaple.com:443" to override.',
      }),
    );
  });

  it("takes two routes of a provider for one host for a mistake of its author", () => {
    expect(() => mergeRoutes([providerRoute, providerRoute], [])).toThrow(TypeError);
  });
});
