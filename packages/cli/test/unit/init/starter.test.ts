import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, loadManifest } from "@bot-bottle/core/manifest";
import { describe, expect, it } from "@jest/globals";
import { STARTER_AGENT, STARTER_BOTTLE } from "../../../src/init/starter.ts";
import { testContext } from "../support/context.ts";

describe("the starter files", () => {
  it("are manifests that the loader takes, and ask for nothing that this version cannot do", async () => {
    using context = testContext();
    const { home, cwd, userHome } = context;
    for (const [dir, text] of [
      [home.bottles, STARTER_BOTTLE],
      [home.agents, STARTER_AGENT],
    ] as const) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(join(dir, "dev.md"), text);
    }
    const manifest = loadManifest({ home, cwd, userHome, config: await loadConfig(home, userHome) });
    const { spec, warnings } = await manifest.resolve({ agent: "dev", bottles: undefined });
    expect([warnings, spec.unavailable]).toEqual([[], []]);
    expect(spec.egress.routes.map(({ host }) => host)).toEqual(["registry.npmjs.org"]);
    expect(spec.agent.prompt).toContain("bottle");
  });

  it("name no secret but by a comment", () => {
    expect(STARTER_BOTTLE).toMatch(/^ {2}# auth_token: /m);
    expect(STARTER_BOTTLE).not.toMatch(/^ {2}auth_token/m);
  });
});
