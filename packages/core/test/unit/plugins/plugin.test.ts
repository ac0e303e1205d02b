import { describe, expect, it } from "@jest/globals";
import { definePlugin, PLUGIN_API } from "../../../src/plugins/plugin.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";

describe("definePlugin", () => {
  it("returns its plugin unchanged", () => {
    const plugin = { kind: "provider", name: "fake", create: () => new FakeProvider() } as const;
    expect(definePlugin(plugin)).toBe(plugin);
    expect(PLUGIN_API).toBe(1);
  });
});
