import { describe, expect, it } from "@jest/globals";
import { readProvider } from "../../../../src/manifest/rules/provider.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readProvider", () => {
  it("gives the defaults", () => {
    expect(readProvider(sectionOf("").section("agent_provider"), readContext())).toEqual({
      template: "claude",
      packages: { apt: [], npm: [] },
      forwardHostCredentials: false,
      settings: {},
      from: "default",
    });
  });

  it("reads everything", () => {
    const provider = sectionOf(
      [
        "agent_provider:",
        "  template: codex",
        "  dockerfile: codex.Dockerfile",
        "  packages: { apt: [jq], npm: [tsx] }",
        "  auth_token: KEY",
        "  settings: { auth: api-key, deep: { list: [1, null] } }",
      ].join("\n"),
    ).section("agent_provider");
    expect(readProvider(provider, readContext())).toEqual({
      template: "codex",
      dockerfile: { path: "/h/bottles/codex.Dockerfile", from: "/h/bottles/b.md:3:15" },
      packages: { apt: ["jq"], npm: ["tsx"] },
      authToken: { ref: { source: "env", name: "KEY" }, from: "/h/bottles/b.md:5:15" },
      forwardHostCredentials: false,
      settings: { auth: "api-key", deep: { list: [1, null] } },
      from: "/h/bottles/b.md:2:3",
    });
  });
});
