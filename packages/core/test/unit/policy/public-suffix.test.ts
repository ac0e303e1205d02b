import { describe, expect, it } from "@jest/globals";
import { parseHostPattern } from "../../../src/policy/host-pattern.ts";
import { publicSuffixProblem } from "../../../src/policy/public-suffix.ts";

const problem = (text: string): string | undefined => publicSuffixProblem(parseHostPattern(text));

describe("publicSuffixProblem", () => {
  it.each(["*.co.uk", "*.github.io", "*.s3.amazonaws.com", "*.blob.core.windows.net", "*.foo.ck", "co.uk", "com"])(
    "refuses %s",
    (text) => {
      expect(problem(text)).toMatch(/public suffix/);
    },
  );

  it.each([
    "example.com",
    "*.example.com",
    "*.example.co.uk",
    "*.acme.github.io",
    "s3.amazonaws.com",
    "registry",
    "*.www.ck",
  ])("lets %s pass", (text) => {
    expect(problem(text)).toBeUndefined();
  });

  it("has nothing to say about what is no pattern", () => {
    expect(problem("*")).toBeUndefined();
  });
});
