import { describe, expect, it } from "@jest/globals";
import { listNames } from "../../../src/manifest/manifest.ts";
import { makeHome, md } from "./support/home.ts";

describe("loadManifest", () => {
  it("lists names without reading a file: a broken one blocks nobody", async () => {
    const files = makeHome({
      "agents/broken.md": "\u0000 not a manifest",
      "agents/me.md": md("bottle: dev", "Hello"),
      "bottles/dev.md": md(""),
      "bottles/bad.md": "broken",
      "repo/.bot-bottle/agents/ci.md": "broken",
    });
    const manifest = files.manifest();
    expect(manifest.agents().map(({ name, origin }) => `${name} ${origin}`)).toEqual([
      "broken home",
      "ci repository",
      "me home",
    ]);
    expect(manifest.bottles()).toEqual([
      { name: "bad", file: `${files.home.bottles}/bad.md`, origin: "home" },
      { name: "dev", file: `${files.home.bottles}/dev.md`, origin: "home" },
    ]);
    await expect(manifest.resolveSpec({ agent: "me" })).resolves.toMatchObject({ agent: { prompt: "Hello" } });
    await expect(manifest.resolveSpec({ agent: "broken" })).rejects.toMatchObject({ code: "BB_MANIFEST_SYNTAX" });
    await expect(manifest.resolveSpec({ agent: "me", bottles: ["bad"] })).rejects.toMatchObject({
      code: "BB_MANIFEST_SYNTAX",
    });
  });
});

describe("listNames", () => {
  it("is sorted and never throws", () => {
    const files = makeHome({
      "agents/b.md": "",
      "agents/a.md": "",
      "repo/.bot-bottle/agents/c.md": "",
      "bottles/x.md": "",
    });
    expect(listNames(files.home, files.cwd)).toEqual({ agents: ["a", "b", "c"], bottles: ["x"] });
    expect(listNames(makeHome({ agents: "a file" }).home, "/")).toEqual({ agents: [], bottles: [] });
  });
});
