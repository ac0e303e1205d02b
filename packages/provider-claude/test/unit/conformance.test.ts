import { providerConformance } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import { ClaudeProvider } from "../../src/claude-provider.ts";

describe("ClaudeProvider keeps the contract of providers", () => {
  it.each(providerConformance)("$title", async ({ run }) => {
    await expect(
      run({ make: () => new ClaudeProvider(), token: "sk-ant-oat01-of-the-conformance-test" }),
    ).resolves.toBeUndefined();
  });
});
