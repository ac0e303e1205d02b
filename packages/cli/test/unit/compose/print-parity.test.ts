import { type BottlePlan, type BottleSpec, secretKey } from "@bot-bottle/core";
import { FakeBackend, fullSpec, type PreparingBackend, withSampleHome } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import { builtInBackends, builtInProviders } from "../../../src/compose/registries.ts";

const TOKENS = { claude: "sk-ant-oat01-of-the-parity-test", codex: "sk-proj-of-the-parity-test" } as const;
const ref = { source: "env", name: "PARITY_TOKEN" } as const;

function printed(plan: BottlePlan): string {
  const lines: string[] = [];
  plan.print((line) => lines.push(line));
  return lines.join("\n");
}

function specFor(template: string, cwd: string): BottleSpec {
  const spec = fullSpec(cwd);
  const provider = { ...spec.provider, template, settings: {}, authToken: { ref, from: "sample.md:3:3" } };
  return { ...spec, skills: [], provider };
}

describe.each(Object.entries(TOKENS))("a bottle of %s", (template, token) => {
  it("asks the same question and answers a dry run the same on every backend", async () => {
    await withSampleHome(async (sample, cwd) => {
      const env = { ...sample.env, PARITY_TOKEN: token };
      const host = { ...sample, env, providers: builtInProviders(env) };
      const spec = specFor(template, cwd);
      const reference = await new FakeBackend().prepare(spec, host);
      const docker: PreparingBackend = await builtInBackends(env).get("docker");
      const plan = await docker.prepare(spec, host);
      expect(printed(plan)).toBe(printed(reference));
      expect({ ...plan.toJSON(), slug: "", backend: "" }).toEqual({ ...reference.toJSON(), slug: "", backend: "" });
      expect(printed(plan)).toContain(secretKey(ref));
      expect(printed(plan) + JSON.stringify(plan)).not.toContain(token);
    });
  });
});
