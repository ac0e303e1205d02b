import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type PlanJson, planToJson } from "../../../src/bottle/plan-json.ts";
import { changed, fullPlan, minimalPlan } from "../../support/plans.ts";

const SCHEMA = JSON.parse(readFileSync(new URL("../../../schema/plan.schema.json", import.meta.url), "utf8")) as Schema;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(SCHEMA);

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

/** Every field that the type has: a new one does not compile until it is here, and fails here until the schema has it. */
const FIELDS: Readonly<Record<keyof PlanJson, true>> = {
  schemaVersion: true,
  slug: true,
  agent: true,
  bottles: true,
  provider: true,
  backend: true,
  env: true,
  skills: true,
  gitIdentity: true,
  gitGate: true,
  egress: true,
  images: true,
  resources: true,
  workspace: true,
  secrets: true,
  risks: true,
};

/** Paths of all objects in a document, e.g. `egress.0`. */
function objectPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([key, item]) => objectPaths(item, [...path, key]));
  return Array.isArray(value) ? below : [path, ...below];
}

/** Names of properties by their place in the schema, e.g. `egress[].host`. */
function propertiesOf(schema: Schema, place = ""): string[] {
  const { $ref, properties = {}, items } = schema;
  if ($ref !== undefined) return propertiesOf(SCHEMA.$defs?.[$ref.replace("#/$defs/", "")] ?? {}, place);
  const own = Object.entries(properties).flatMap(([key, child]) => {
    const name = place === "" ? key : `${place}.${key}`;
    return [name, ...propertiesOf(child, name)];
  });
  return items === undefined ? own : [...own, ...propertiesOf(items, `${place}[]`)];
}

function usedIn(value: unknown, place = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => usedIn(item, `${place}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const name = place === "" ? key : `${place}.${key}`;
    return [name, ...usedIn(item, name)];
  });
}

const copyOf = (value: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

describe("planToJson", () => {
  it("has the shape of the behaviour page for a plan with everything", async () => {
    const { plan, root } = await fullPlan();
    const json = JSON.parse(JSON.stringify(planToJson(plan)).replaceAll(root, "<root>")) as unknown;
    expect(json).toEqual({
      schemaVersion: 1,
      slug: plan.slug,
      agent: { name: "reviewer", file: "<root>/project/.bot-bottle/agents/reviewer.md", origin: "repository" },
      bottles: [
        { name: "base", file: "/home/user/.bot-bottle/bottles/base.md" },
        { name: "sample", file: "/home/user/.bot-bottle/bottles/sample.md" },
      ],
      provider: "fake",
      backend: "fake",
      env: ["EDITOR", "FAKE_MODE", "LANG"],
      skills: [
        { name: "lint", path: "<root>/.bot-bottle/skills/lint" },
        { name: "release", path: "<root>/.fake/skills/release" },
      ],
      gitIdentity: {
        name: { value: "Sample User", from: "bottle base" },
        email: { value: "sample@example.com", from: "agent reviewer" },
      },
      gitGate: [{ name: "app", host: "git.example.com", port: 2222, from: expect.stringContaining("sample.md:40:5") }],
      egress: [
        { host: "api.fake.example", port: 443, provider: "fake", from: "provider fake" },
        { host: "registry.example.com", port: 443, auth: "Bearer", from: expect.any(String) },
        { host: "packages.example.com", port: 443, auth: "x-api-key", from: expect.any(String) },
        { host: "*.storage.example.com", port: 443, auth: "token", from: expect.any(String) },
        { host: "intranet.example.com", port: 8443, from: expect.any(String) },
        { host: "mirror.example.com", port: 80, from: expect.any(String) },
      ],
      images: { agent: { origin: "provider", dockerfile: "Dockerfile" } },
      resources: { cpus: 1, memoryBytes: 512 * 1024 ** 2, pids: 256, diskBytes: 1024 ** 3 },
      workspace: {
        mode: "copy",
        path: "/home/node/workspace",
        source: "<root>/project",
        files: 4,
        suspicious: [".env", "deploy/id_ed25519"],
      },
      secrets: [
        { source: "env", name: "REGISTRY_TOKEN", goesTo: "registry.example.com authorization" },
        { source: "env", name: "REGISTRY_TOKEN", goesTo: "packages.example.com x-api-key" },
        { source: "env", name: "REGISTRY_TOKEN", goesTo: "*.storage.example.com authorization" },
        { source: "prompt", name: "Proxy password", goesTo: "http://proxy.example.com:3128" },
        { source: "file", name: "/home/user/.forge-token", goesTo: "git gate app" },
      ],
      risks: expect.arrayContaining([expect.stringContaining("cleartext")]),
    });
  });

  it.each([
    ["that asks for nothing", minimalPlan],
    ["with everything", fullPlan],
  ])("keeps to the published schema for a plan %s", async (_title, make) => {
    const json = copyOf(planToJson((await make()).plan));
    expect(validate(json) ? [] : validate.errors).toEqual([]);
    expect(Object.keys(json).sort()).toEqual(Object.keys(FIELDS).sort());
  });

  it("prints nothing that a plan carries besides", async () => {
    const { plan } = await fullPlan();
    const extra = { unknown: "x" };
    const spec = {
      ...plan.spec,
      gitIdentity: { ...extra, name: { ...extra, value: "n", from: "f" } },
      agent: { ...plan.spec.agent, ...extra },
    };
    const json = copyOf(planToJson(changed(plan, { spec, resources: { ...plan.resources, ...extra } })));
    expect(validate(json) ? [] : validate.errors).toEqual([]);
  });

  it("is what JSON.stringify makes of a plan, and holds no value of a secret or a variable", async () => {
    const { plan } = await fullPlan();
    const text = JSON.stringify(plan);
    expect(JSON.parse(text)).toEqual(copyOf(planToJson(plan)));
    expect(text).not.toMatch(/registry-token-value|C\.UTF-8/);
  });
});

describe("plan.schema.json", () => {
  it("is closed everywhere: no object takes a property that it does not know", async () => {
    const json = copyOf(planToJson((await fullPlan()).plan));
    const open = objectPaths(json).filter((path) => {
      const changedJson = copyOf(json);
      const target = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], changedJson);
      (target as Record<string, unknown>)["unknownField"] = 1;
      return validate(changedJson);
    });
    expect(open).toEqual([]);
    expect(objectPaths(json).length).toBeGreaterThan(20);
  });

  it("has no property that a plan never has", async () => {
    const used = new Set(usedIn(copyOf(planToJson((await fullPlan()).plan))));
    expect(propertiesOf(SCHEMA).filter((name) => !used.has(name))).toEqual([]);
  });

  it("wants every field that is not optional", async () => {
    const json = copyOf(planToJson((await minimalPlan()).plan));
    const missing = Object.keys(FIELDS).filter((field) => {
      return validate(Object.fromEntries(Object.entries(json).filter(([name]) => name !== field)));
    });
    expect(missing).toEqual([]);
  });
});
