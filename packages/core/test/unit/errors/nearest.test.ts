import { describe, expect, it } from "@jest/globals";
import { nearest } from "../../../src/errors/nearest.ts";

const KEYS = ["extends", "env", "agent_provider", "git-gate", "egress", "resources", "workspace"];

describe("nearest", () => {
  it.each([
    ["extend", "extends"],
    ["egres", "egress"],
    ["gitGate", "git-gate"],
    ["git_gate", "git-gate"],
    ["agent-provider", "agent_provider"],
    ["resuorces", "resources"],
    ["evn", "env"],
    ["workspase", "workspace"],
  ])("knows what %s meant", (written, meant) => {
    expect(nearest(written, KEYS)).toBe(meant);
  });

  it.each(["", "x", "network", "completely-different", "e".repeat(10_000)])("guesses nothing for %p", (written) => {
    expect(nearest(written, KEYS)).toBeUndefined();
  });

  it("takes the nearer of two", () => {
    expect(nearest("dev-2", ["dev", "dev-1", "dev-22"])).toBe("dev-1");
  });
});
