import { describe, expect, it, jest } from "@jest/globals";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { backendRegistry, type PluginSource, providerRegistry } from "../../../src/plugins/load.ts";
import { definePlugin, type PluginHost } from "../../../src/plugins/plugin.ts";
import { FakeBackend } from "../../../src/testing/fake-backend.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";

const host = { core: {} as PluginHost["core"], env: { A: "1" } };
const metadata = { api: 1, kind: "provider", name: "fake", entry: "./index.js" };
const plugin = definePlugin({ kind: "provider", name: "fake", create: () => new FakeProvider() });

function sourceOf(manifest: unknown, exported: unknown = plugin) {
  return {
    packageDir: "/plugins/fake",
    readManifest: jest.fn(async () => manifest),
    importEntry: jest.fn(async () => ({ default: exported })),
  } satisfies PluginSource;
}
const registryOf = (source: PluginSource, name = "fake") => providerRegistry(new Map([[name, source]]), host);

describe("the registries", () => {
  it("load a plugin when it is first asked for, once, with the loading core's own classes", async () => {
    const create = jest.fn(() => new FakeProvider());
    const source = sourceOf(metadata, { ...plugin, create });
    const registry = registryOf(source);
    expect(registry.names).toEqual(["fake"]);
    expect(source.readManifest).not.toHaveBeenCalled();
    const [one, two] = await Promise.all([registry.get("fake"), registry.get("fake")]);
    expect(one).toBe(two);
    expect(create.mock.calls).toEqual([[{ ...host, packageDir: "/plugins/fake" }]]);
    expect(source.importEntry).toHaveBeenCalledTimes(1);
  });

  it("load backends the same way", async () => {
    const exported = definePlugin({ kind: "backend", name: "fake", create: () => new FakeBackend() });
    const registry = backendRegistry(new Map([["fake", sourceOf({ ...metadata, kind: "backend" }, exported)]]), host);
    expect(await registry.get("fake")).toBeInstanceOf(FakeBackend);
  });

  it.each([
    ["nothing", undefined, 'its package.json has no valid "bot-bottle" field'],
    ["text", "x", 'its package.json has no valid "bot-bottle" field'],
    ["no api", { ...metadata, api: undefined }, 'its package.json has no valid "bot-bottle" field'],
    ["an api that is text", { ...metadata, api: "1" }, 'its package.json has no valid "bot-bottle" field'],
    ["another kind of thing", { ...metadata, kind: "theme" }, 'its package.json has no valid "bot-bottle" field'],
    ["another name", { ...metadata, name: "other" }, 'its package.json has no valid "bot-bottle" field'],
    ["no entry", { ...metadata, entry: 7 }, 'its package.json has no valid "bot-bottle" field'],
    ["a later contract", { api: 2, plugins: [] }, "it speaks plugin contract 2, this version speaks 1"],
    ["NaN for a contract", { ...metadata, api: Number.NaN }, "it speaks plugin contract NaN, this version speaks 1"],
    ["the other kind", { ...metadata, kind: "backend" }, "it is a backend, not a provider"],
  ])("refuse metadata that is %s, before any code runs", async (_title, manifest, why) => {
    const source = sourceOf(manifest);
    await expect(registryOf(source).get("fake")).rejects.toMatchObject({
      code: "BB_PLUGIN_INVALID",
      message: `The plugin "fake" cannot be used: ${why}.`,
      hint: expect.stringContaining("/plugins/fake"),
    });
    expect(source.importEntry).not.toHaveBeenCalled();
  });

  it("say that metadata cannot be read", async () => {
    const source = { ...sourceOf(metadata), readManifest: () => Promise.reject(new Error("ENOENT \u001b[2J")) };
    await expect(registryOf(source).get("fake")).rejects.toMatchObject({
      code: "BB_PLUGIN_INVALID",
      message: 'The plugin "fake" cannot be used: its package.json cannot be read (ENOENT \\u{1b}[2J).',
    });
  });

  it.each<[string, () => unknown]>([
    ["an error", () => new Error("boom")],
    ["text", () => "boom"],
    [
      "a coded error that nobody knows",
      () => Object.assign(new BotBottleError("BB_USAGE", "boom"), { code: "BB_FROM_THE_FUTURE" }),
    ],
  ])("take %s that code throws for the plugin's fault, at import and at create", async (_title, make) => {
    const thrown = make();
    const importEntry = async (): Promise<never> => {
      throw thrown;
    };
    const throwing = { ...sourceOf(metadata), importEntry };
    const creating = sourceOf(metadata, {
      ...plugin,
      create: () => {
        throw thrown;
      },
    });
    for (const source of [throwing, creating]) {
      const error: unknown = await registryOf(source)
        .get("fake")
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: "BB_PLUGIN_INVALID",
        message: expect.stringContaining("its code fails (boom)"),
      });
      expect((error as Error).cause).toBe(thrown);
    }
  });

  it("pass on a coded error of the plugin", async () => {
    const refused = new BotBottleError("BB_NOT_AVAILABLE", "Not on this system.");
    const source = { ...sourceOf(metadata), importEntry: () => Promise.reject(refused) };
    await expect(registryOf(source).get("fake")).rejects.toBe(refused);
  });

  it.each<[string, unknown, string]>([
    ["no default export", undefined, "its entry has no default export; use definePlugin()"],
    ["an instance without a method", { ...plugin, create: () => ({ name: "fake" }) }, "it lacks the method image()"],
    [
      "an instance whose members throw",
      {
        ...plugin,
        create: () =>
          Object.defineProperty({}, "image", {
            get: () => {
              throw new Error("boom");
            },
          }),
      },
      "its code fails (boom)",
    ],
    ["a promise", { ...plugin, create: async () => new FakeProvider() }, "its create() returns a promise"],
  ])("refuse code with %s", async (_title, exported, why) => {
    const source = { ...sourceOf(metadata), importEntry: async () => ({ default: exported }) };
    await expect(registryOf(source).get("fake")).rejects.toMatchObject({
      code: "BB_PLUGIN_INVALID",
      message: `The plugin "fake" cannot be used: ${why}.`,
    });
  });

  it("go on with the others", async () => {
    const good = definePlugin({
      kind: "provider",
      name: "good",
      create: () => Object.assign(new FakeProvider(), { name: "good" }),
    });
    const sources = new Map<string, PluginSource>([
      ["bad", sourceOf({})],
      ["good", sourceOf({ ...metadata, name: "good" }, good)],
    ]);
    const registry = providerRegistry(sources, host);
    const [bad, other] = await Promise.allSettled([registry.get("bad"), registry.get("good")]);
    expect([bad.status, other.status]).toEqual(["rejected", "fulfilled"]);
    await expect(registry.get("bad")).rejects.toMatchObject({ code: "BB_PLUGIN_INVALID" });
  });

  it("name what is there, and what was probably meant", async () => {
    const sources = new Map<string, PluginSource>([
      ["claude", sourceOf({})],
      ["codex", sourceOf({})],
    ]);
    await expect(providerRegistry(sources, host).get("cladue")).rejects.toMatchObject({
      code: "BB_PROVIDER_UNKNOWN",
      message: 'There is no provider "cladue".',
      hint: 'Did you mean "claude"? Known: claude, codex.',
    });
    await expect(backendRegistry(sources, host).get("kubernetes")).rejects.toMatchObject({
      code: "BB_BACKEND_UNKNOWN",
      hint: "Known: claude, codex.",
    });
    await expect(backendRegistry(new Map(), host).get("__proto__")).rejects.toMatchObject({
      code: "BB_BACKEND_UNKNOWN",
      hint: "None is installed.",
    });
  });
});
