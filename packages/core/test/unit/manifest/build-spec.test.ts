import { describe, expect, it } from "@jest/globals";
import { buildSpec } from "../../../src/manifest/build-spec.ts";
import { treeOf } from "./support/bottle.ts";

const REST = {
  agent: { name: "me", file: "/me.md", origin: "home", prompt: "" },
  skills: [],
  bottles: [],
  userHome: "/home/me",
  cwd: "/src",
  copyCwd: false,
} as const;

describe("buildSpec", () => {
  it("gives the defaults of an empty bottle", () => {
    expect(buildSpec({ ...REST, effective: treeOf(""), warnings: [] })).toEqual({
      agent: REST.agent,
      skills: [],
      bottles: [],
      cwd: "/src",
      env: {},
      provider: {
        template: "claude",
        packages: { apt: [], npm: [] },
        forwardHostCredentials: false,
        settings: {},
        from: "default",
      },
      gitIdentity: {},
      gitGate: { upstreams: [] },
      egress: { logLevel: 1, presets: [], upstream: {}, routes: [] },
      resources: {},
      workspace: { mode: "none", includeIgnored: false },
      unavailable: [],
    });
  });

  it("names each preset once, and asks for a copy by --cwd", () => {
    const effective = treeOf("egress: { log: 0, presets: [npm, go, npm] }\nworkspace: { mode: none }");
    const spec = buildSpec({ ...REST, effective, copyCwd: true, label: "x", warnings: [] });
    expect(spec).toMatchObject({
      egress: { logLevel: 0, presets: ["npm", "go"] },
      workspace: { mode: "copy" },
      label: "x",
    });
  });
});
