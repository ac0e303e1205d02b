import type { Slug } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { isResourceRole, resourceName } from "../../src/names.ts";

describe("resourceName", () => {
  it("is another one for each role", () => {
    const slug = "reviewer-abcde" as Slug;
    expect(resourceName(slug, "agent")).toBe("bot-bottle-reviewer-abcde");
    expect(resourceName(slug, "sidecar")).toBe("bot-bottle-reviewer-abcde-sidecar");
    expect(resourceName(slug, "internal-network")).toBe("bot-bottle-reviewer-abcde-internal");
    expect(resourceName(slug, "egress-network")).toBe("bot-bottle-reviewer-abcde-egress");
  });
});

describe("isResourceRole", () => {
  it("knows roles and nothing else", () => {
    expect(isResourceRole("agent")).toBe(true);
    expect(isResourceRole("toString")).toBe(false);
    expect(isResourceRole(undefined)).toBe(false);
  });
});
