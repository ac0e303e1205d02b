import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { loadConfig } from "../../../src/manifest/load-config.ts";
import { loadManifest } from "../../../src/manifest/manifest.ts";
import { homePaths } from "../../../src/paths/home.ts";

const root = join(import.meta.dirname, "../../../../../docs/examples/manifests");
const home = homePaths(root);
const named = (folder: string): string[] => readdirSync(join(root, folder)).map((file) => file.replace(/\.md$/, ""));

describe("the manifests of the documentation", () => {
  it.each(named("bottles"))("bottle %s resolves without a warning", async (bottle) => {
    const manifest = loadManifest({ home, cwd: "/", userHome: "/home/me", config: await loadConfig(home) });
    const { spec, warnings } = await manifest.resolve({ agent: "reviewer", bottles: [bottle] });
    expect([...manifest.warnings, ...warnings]).toEqual([]);
    expect(spec.bottles.at(-1)?.name).toBe(bottle);
    expect(spec.unavailable.map(({ key }) => key)).toEqual(bottle === "gated" ? ["git-gate.repos"] : []);
  });

  it.each(named("agents"))("agent %s resolves", async (agent) => {
    const manifest = loadManifest({ home, cwd: "/", userHome: "/home/me", config: await loadConfig(home) });
    const { spec } = await manifest.resolve({ agent });
    expect(spec.agent.prompt).toMatch(/^You /);
    expect(spec.env["LANG"]).toMatchObject({ value: "C.UTF-8" });
  });

  it("say what they show: the corporate bottle keeps what its override does not write", async () => {
    const manifest = loadManifest({ home, cwd: "/", userHome: "/home/me", config: await loadConfig(home) });
    const { env, egress } = await manifest.resolveSpec({ agent: "reviewer", bottles: ["corp"] });
    expect(env).not.toHaveProperty("TZ");
    expect(egress.upstream.caFile?.path).toBe(join(root, "corp-root.pem"));
    expect(egress.routes.find(({ host }) => host === "registry.npmjs.org")).toMatchObject({
      matches: [{ methods: ["GET", "HEAD"] }],
      allowPrivate: ["10.20.0.0/16"],
    });
  });
});
