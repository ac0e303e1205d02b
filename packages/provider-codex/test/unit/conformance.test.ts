import { providerConformance } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import { CodexProvider } from "../../src/codex-provider.ts";

describe("CodexProvider keeps the contract of providers", () => {
  it.each(providerConformance)("$title", async ({ run }) => {
    await expect(
      run({ make: () => new CodexProvider(), token: "sk-proj-of-the-conformance-test" }),
    ).resolves.toBeUndefined();
  });
});
