import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { preparePlan } from "../../../src/prepare/prepare-plan.ts";
import { fakeHost, fakeProviders } from "../../../src/testing/fake-host.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { SLUG } from "../../support/sample-metadata.ts";
import { tempDir } from "../../support/temp-home.ts";

const proxyAuth = { source: "env", name: "PROXY_AUTH" } as const;

async function prepare(changes: Partial<BottleSpec> = {}, overrides: Parameters<typeof fakeHost>[1] = {}) {
  const host = fakeHost(tempDir(), overrides);
  const init = await preparePlan({ ...sampleSpec, ...changes }, { host, slug: SLUG, backendName: "fake" });
  return { host, init };
}

describe("preparePlan", () => {
  it("makes plain data that survives JSON, without a secret, and writes nothing", async () => {
    const { host, init } = await prepare();
    expect(JSON.parse(JSON.stringify(init))).toEqual(JSON.parse(JSON.stringify(init)));
    expect(init).toMatchObject({
      slug: SLUG,
      backendName: "fake",
      providerName: "fake",
      guestHome: "/home/node",
      guestUser: "node",
      supervisePlan: undefined,
      workspace: { mode: "none", guestPath: "/home/node/workspace" },
      resources: { cpus: 1, pids: 256 },
      skills: [],
    });
    expect(init.agentProvision).not.toHaveProperty("egressRoutes");
    expect(init.egressPlan.policy.routes.map(({ id }) => id)).toEqual([
      "api.fake.example:443",
      "registry.example.com:443",
      "docs.example.com:443",
    ]);
    expect(JSON.stringify(init)).not.toContain("registry-token-value");
    expect(existsSync(host.home.root)).toBe(false);
  });

  it("lets the provider look at the spec, the environment's names and secrets that need no human", async () => {
    const provider = new FakeProvider();
    const seen = jest.spyOn(provider, "provisionPlan");
    await prepare(
      { workspace: { mode: "none", path: "/srv/work", includeIgnored: false } },
      { providers: fakeProviders(provider), env: { REGISTRY_TOKEN: "registry-token-value", EMPTY: "" } },
    );
    const [[inputs] = []] = seen.mock.calls;
    if (inputs === undefined) throw new TypeError("the provider was not asked");
    expect(inputs.workspacePath).toBe("/srv/work");
    expect(["REGISTRY_TOKEN", "EMPTY", "NONE", "constructor"].map(inputs.hasHostEnv)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(inputs.peekSecret({ source: "env", name: "REGISTRY_TOKEN" })?.reveal()).toBe("registry-token-value");
    expect(inputs.peekSecret({ source: "prompt", name: "Token" })).toBeUndefined();
  });

  const upstream = { proxy: { url: "http://proxy:3128", from: "b.md:1:1" }, proxyAuth };
  it.each<[string, Partial<BottleSpec>, object]>([
    [
      "a plane that is not there",
      { unavailable: [{ key: "git-gate.repos", from: "b.md:3:1" }] },
      { code: "BB_NOT_AVAILABLE" },
    ],
    ["a variable", { env: { A: { kind: "host", name: "NONE", from: "b.md:2:3" } } }, { code: "BB_ENV_MISSING" }],
    [
      "a skill",
      { skills: ["none"] },
      { code: "BB_SKILL_MISSING", message: expect.stringMatching(/reviewer\.md: the skill "none"/) },
    ],
    [
      "a Dockerfile",
      { provider: { ...sampleSpec.provider, dockerfile: { path: "/nonexistent", from: "b.md:4:3" } } },
      { code: "BB_IMAGE_MISSING" },
    ],
    [
      "a CA file",
      { egress: { ...sampleSpec.egress, upstream: { caFile: { path: "/nonexistent", from: "b.md:5:3" } } } },
      { code: "BB_MANIFEST_INVALID" },
    ],
    [
      "a proxy's credential",
      { egress: { ...sampleSpec.egress, upstream } },
      { code: "BB_SECRET_UNAVAILABLE", message: "b.md:1:1: the environment variable PROXY_AUTH is not set." },
    ],
    [
      "a workspace",
      { cwd: "/nonexistent", workspace: { mode: "copy", includeIgnored: false } },
      { code: "BB_WORKSPACE" },
    ],
  ])("fails before any question when %s is missing", async (_title, changes, error) => {
    await expect(prepare(changes)).rejects.toMatchObject(error);
  });

  it("fails when a route's token is missing, as a start would", async () => {
    await expect(prepare({}, { env: {} })).rejects.toMatchObject({
      code: "BB_SECRET_UNAVAILABLE",
      message: expect.stringMatching(/sample\.md:7:7: the environment variable REGISTRY_TOKEN is not set\.$/),
    });
  });

  it("leaves a prompt for later", async () => {
    const route = sampleSpec.egress.routes[0];
    if (route?.auth === undefined) throw new TypeError("the sample has no route with a token");
    const auth = { ...route.auth, secret: { source: "prompt", name: "Registry token" } } as const;
    const egress = { ...sampleSpec.egress, routes: [{ ...route, auth }] };
    const { init } = await prepare({ egress }, { env: {} });
    expect(init.egressPlan.policy.routes[1]?.auth?.secret).toEqual({ source: "prompt", name: "Registry token" });
  });

  it("refuses before the provider is even asked for", async () => {
    const get = jest.fn<() => Promise<never>>();
    const changes = { unavailable: [{ key: "egress.presets", from: "b.md:3:1" }] };
    await expect(prepare(changes, { providers: { names: [], get } })).rejects.toMatchObject({
      code: "BB_NOT_AVAILABLE",
    });
    expect(get).not.toHaveBeenCalled();
  });

  it("passes on what the registry and the provider say", async () => {
    const unknown = new BotBottleError("BB_PROVIDER_UNKNOWN", "There is no provider.");
    await expect(prepare({}, { providers: { names: [], get: () => Promise.reject(unknown) } })).rejects.toBe(unknown);
    const provider = new FakeProvider();
    const missing = new BotBottleError("BB_CREDENTIALS_MISSING", "No token.");
    jest.spyOn(provider, "provisionPlan").mockImplementation(() => {
      throw missing;
    });
    await expect(prepare({}, { providers: fakeProviders(provider) })).rejects.toBe(missing);
  });

  it("has several failures at once and leaves none of them unheard", async () => {
    const cwd = join(tempDir(), "project");
    mkdirSync(cwd);
    writeFileSync(join(cwd, "a"), "x");
    await expect(
      prepare({
        skills: ["none", "neither"],
        provider: { ...sampleSpec.provider, dockerfile: { path: "/nonexistent", from: "b.md:4:3" } },
        cwd: "/nonexistent",
        workspace: { mode: "copy", includeIgnored: false },
      }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^BB_/) });
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
