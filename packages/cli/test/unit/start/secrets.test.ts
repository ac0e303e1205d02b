import { Secret, type SecretSources } from "@bot-bottle/core";
import { samplePlan, FakeBackend, fakeHost } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import { manifestEnvironment, secretResolver } from "../../../src/start/secrets.ts";
import type { Ui } from "../../../src/ui/ui.ts";
import { testContext } from "../support/context.ts";

/** A human who answers every question with its number. */
function human(): { readonly ui: Ui; readonly asked: string[] } {
  const asked: string[] = [];
  const secret = async (question: string): Promise<string> => `answer ${asked.push(question)}`;
  return { ui: { secret } as unknown as Ui, asked };
}

const sources = (env: NodeJS.ProcessEnv): SecretSources => ({ env, hostLogin: () => new Secret("of the login") });

describe("secretResolver", () => {
  it("reads what is there, asks for the rest, each at most once", async () => {
    const { ui, asked } = human();
    const resolve = secretResolver(sources({ TOKEN: "from the environment" }), ui);
    expect((await resolve({ source: "env", name: "TOKEN" })).reveal()).toBe("from the environment");
    const prompt = { source: "prompt", name: "Which token?" } as const;
    const [one, two] = await Promise.all([resolve(prompt), resolve({ ...prompt })]);
    expect([one.reveal(), two.reveal(), asked]).toEqual(["answer 1", "answer 1", ["Which token?"]]);
  });

  it("reads the program's own login without a question", async () => {
    const { ui, asked } = human();
    const login = await secretResolver(sources({}), ui)({ source: "host-login", name: "codex" });
    expect([login.reveal(), asked]).toEqual(["of the login", []]);
  });

  it("shows no value when it is printed", async () => {
    const secret = await secretResolver(sources({ TOKEN: "t0ken" }), human().ui)({ source: "env", name: "TOKEN" });
    expect(`${JSON.stringify({ secret })} ${String(secret)}`).not.toContain("t0ken");
  });
});

describe("manifestEnvironment", () => {
  it("takes literals, variables of the host, and answers", async () => {
    using context = testContext();
    const plan = await samplePlan(new FakeBackend(), fakeHost(context.cwd));
    const spec = {
      ...plan.spec,
      env: {
        A: { kind: "literal", value: "literal" },
        B: { kind: "host", name: "HOST_B" },
        C: { kind: "prompt", text: "" },
        D: { kind: "prompt", text: "How many?" },
      },
    };
    const { ui, asked } = human();
    const asking = Object.create(plan, { spec: { value: spec } }) as typeof plan;
    expect(await manifestEnvironment(asking, { HOST_B: "host" }, ui)).toEqual({
      A: "literal",
      B: "host",
      C: "answer 1",
      D: "answer 2",
    });
    expect(asked).toEqual(["Value of C", "How many?"]);
  });
});
