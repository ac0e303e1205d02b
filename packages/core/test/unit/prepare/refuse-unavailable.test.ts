import { describe, expect, it } from "@jest/globals";
import { refuseUnavailable } from "../../../src/prepare/refuse-unavailable.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";

describe("refuseUnavailable", () => {
  it("has nothing against a manifest that asks for nothing of the kind", () => {
    expect(() => {
      refuseUnavailable(sampleSpec);
    }).not.toThrow();
  });

  it("names every key that this version cannot do, with its place", () => {
    const unavailable = [
      { key: "git-gate.repos", from: "b.md:3:1" },
      { key: "egress.presets", from: "b.md:9:3" },
    ];
    expect(() => {
      refuseUnavailable({ ...sampleSpec, unavailable });
    }).toThrow(
      expect.objectContaining({
        code: "BB_NOT_AVAILABLE",
        message: 'b.md:3:1: this version cannot do "git-gate.repos" yet.',
        hint: "Take the key out of the manifest.\nAlso: b.md:9:3: egress.presets",
      }),
    );
  });
});
