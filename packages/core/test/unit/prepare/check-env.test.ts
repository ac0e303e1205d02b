import { describe, expect, it } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { checkEnv } from "../../../src/prepare/check-env.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";

const host = (name: string, line: number) => ({ kind: "host", name, from: `b.md:${line}:3` }) as const;
const specWith = (env: BottleSpec["env"]): BottleSpec => ({ ...sampleSpec, env });

describe("checkEnv", () => {
  it("wants host variables only, and an empty one is one", () => {
    const env = {
      A: host("SET", 2),
      B: host("EMPTY", 3),
      C: { kind: "literal", value: "NONE", from: "b.md:4:3" },
      D: { kind: "prompt", text: "NONE", from: "b.md:5:3" },
    } as const;
    expect(() => {
      checkEnv(specWith(env), { SET: "x", EMPTY: "" });
    }).not.toThrow();
  });

  it.each([
    [{ A: host("NONE", 2) }, "b.md:2:3: the environment variable NONE is not set."],
    [
      { A: host("SET", 2), B: host("NONE", 3), C: host("NEITHER", 4), D: host("NONE", 5) },
      "b.md:3:3: the environment variables NONE, NEITHER are not set.",
    ],
    [{ A: host("constructor", 2) }, "b.md:2:3: the environment variable constructor is not set."],
  ])("names what is missing in %p, and no value", (env, message) => {
    expect(() => {
      checkEnv(specWith(env), { SET: "s3cret" });
    }).toThrow(expect.objectContaining({ code: "BB_ENV_MISSING", message, hint: expect.stringContaining("export ") }));
  });
});
