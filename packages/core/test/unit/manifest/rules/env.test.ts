import { describe, expect, it } from "@jest/globals";
import { machineEnvironment } from "../../../../src/provision/guest-environment.ts";
import { readEnv } from "../../../../src/manifest/rules/env.ts";
import { minimalPlan } from "../../../support/plans.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readEnv", () => {
  it("tells literals, variables of the host and questions apart", () => {
    const env = sectionOf(
      [
        "A: text",
        "B: ${HOME}",
        "C: '?'",
        "D: '? Token please '",
        "E: 1.10",
        "F: true",
        "G: '1e3'",
        "constructor: x",
      ].join("\n"),
    );
    const context = readContext();
    expect(readEnv(env, context)).toEqual({
      A: { kind: "literal", value: "text", from: "/h/bottles/b.md:1:4" },
      B: { kind: "host", name: "HOME", from: "/h/bottles/b.md:2:4" },
      C: { kind: "prompt", text: "", from: "/h/bottles/b.md:3:4" },
      D: { kind: "prompt", text: "Token please", from: "/h/bottles/b.md:4:4" },
      E: { kind: "literal", value: "1.10", from: "/h/bottles/b.md:5:4" },
      F: { kind: "literal", value: "true", from: "/h/bottles/b.md:6:4" },
      G: { kind: "literal", value: "1e3", from: "/h/bottles/b.md:7:4" },
      constructor: { kind: "literal", value: "x", from: "/h/bottles/b.md:8:14" },
    });
    expect(context.warnings).toEqual([]);
  });

  it("warns of every variable that the bottle itself needs, and names the key that may be meant", async () => {
    const own = Object.keys(machineEnvironment((await minimalPlan()).plan));
    for (const name of [...own, "ALL_PROXY"]) {
      const context = readContext();
      expect(Object.keys(readEnv(sectionOf(`${name}: x`), context))).toEqual([name]);
      const key = /proxy/i.test(name) ? "egress.upstream.proxy" : "egress.upstream.ca_file";
      expect(context.warnings).toEqual([
        `/h/bottles/b.md:1:${name.length + 3}: "${name}" replaces what leads the agent to its sidecar; "${key}" may be meant`,
      ]);
    }
  });

  it("warns of a reference inside a text, without the text", () => {
    const context = readContext();
    const env = readEnv(sectionOf("A: sekrit-${HOME}/bin"), context);
    expect(env["A"]).toMatchObject({ kind: "literal", value: "sekrit-${HOME}/bin" });
    expect(context.warnings).toEqual([
      '/h/bottles/b.md:1:4: "A" passes ${…} on as it is; only a whole value is a reference',
    ]);
  });
});
