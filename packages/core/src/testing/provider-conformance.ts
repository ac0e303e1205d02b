import assert from "node:assert/strict";
import type { BottlePlan } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import type { AgentProvider, ProviderInputs, ProviderProvision } from "../provider/agent-provider.ts";
import { compilePolicy } from "../policy/decide.ts";
import { Secret } from "../secret/secret.ts";
import { FakeBackend } from "./fake-backend.ts";
import { fakeHost, fakeProviders } from "./fake-host.ts";
import { minimalSpec } from "./sample-spec.ts";

/** A provider to be judged, and a credential that it takes. */
export interface JudgedProvider {
  readonly make: () => AgentProvider;
  /** value of `agent_provider.auth_token`; undefined for a provider without a credential */
  readonly token: string | undefined;
}

/** One test of the provider contract, as data: any test runner runs it. */
export interface ProviderCase {
  readonly id: string;
  readonly title: string;
  /** @throws AssertionError */
  readonly run: (judged: JudgedProvider) => Promise<void>;
}

const VARIABLE = "CONFORMANCE_TOKEN";
const WORKSPACE = "/home/of-the-agent/workspace";

function specOf({ make, token }: JudgedProvider, changes: Partial<BottleSpec["provider"]> = {}): BottleSpec {
  const authToken = { ref: { source: "env", name: VARIABLE }, from: "test.md:1:1" } as const;
  const provider = { ...minimalSpec.provider, template: make().name, ...(token === undefined ? {} : { authToken }) };
  return { ...minimalSpec, provider: { ...provider, ...changes } };
}

function inputsOf(judged: JudgedProvider, spec = specOf(judged)): ProviderInputs {
  return {
    spec,
    workspacePath: WORKSPACE,
    hasHostEnv: () => false,
    peekSecret: () => (judged.token === undefined ? undefined : new Secret(judged.token)),
    loginHost: { userHome: "/nonexistent", env: {} },
  };
}

const planOf = (judged: JudgedProvider): ProviderProvision => judged.make().provisionPlan(inputsOf(judged));

async function bottlePlan(judged: JudgedProvider): Promise<BottlePlan> {
  const env = judged.token === undefined ? {} : { [VARIABLE]: judged.token };
  const host = fakeHost("/nonexistent", { providers: fakeProviders(judged.make()), env });
  return await new FakeBackend().prepare(specOf(judged), host);
}

function refuses(code: string, work: () => unknown): void {
  assert.throws(work, (error: unknown) => (error as { code?: string }).code === code);
}

const providerCase = (
  id: string,
  title: string,
  run: (judged: JudgedProvider) => void | Promise<void>,
): ProviderCase => ({
  id: `provider.${id}`,
  title,
  run: async (judged) => {
    await run(judged);
  },
});

/** What core and backends rely on, whatever the program. */
export const providerConformance: readonly ProviderCase[] = [
  providerCase("pure", "plans the same for the same inputs, and reads nothing else", (judged) => {
    assert.deepEqual(planOf(judged), planOf(judged));
  }),
  providerCase("data", "plans plain data that survives JSON", (judged) => {
    const plan = planOf(judged);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  }),
  providerCase("secrets", "puts no value of a credential into the plan", (judged) => {
    const { token } = judged;
    if (token !== undefined) assert.ok(!JSON.stringify(planOf(judged)).includes(token));
  }),
  providerCase("home", "writes below the agent's home only, with folders and modes that are its own", (judged) => {
    const { guestHome } = judged.make();
    const { files, dirs } = planOf(judged);
    for (const path of [...files.map((file) => file.path), ...dirs]) {
      assert.ok(path.startsWith(`${guestHome}/`) && !path.split("/").includes(".."), path);
    }
    for (const { path, mode } of files) assert.equal(mode & 0o022, 0, path);
  }),
  providerCase("environment", "hides only variables that it sets, in names that a shell takes", (judged) => {
    const { guestEnv, hiddenEnvNames } = planOf(judged);
    for (const name of Object.keys(guestEnv)) assert.match(name, /^[A-Za-z_][A-Za-z0-9_]*$/);
    for (const name of hiddenEnvNames) assert.ok(Object.hasOwn(guestEnv, name), name);
  }),
  providerCase("routes", "opens hosts of its own name, for listed requests, over TLS, without WebSockets", (judged) => {
    const { name } = judged.make();
    for (const route of planOf(judged).egressRoutes) {
      const { provider, from, scheme, matches, allowPrivate, agentCredentials } = route;
      assert.deepEqual(
        [provider, from, scheme, allowPrivate, agentCredentials],
        [...[name, `provider ${name}`, "https"], ...[[], false]],
      );
      assert.ok(matches.length > 0, `${route.id} opens everything`);
      for (const match of matches) assert.ok(match.paths.length > 0 && match.methods.length > 0, route.id);
    }
  }),
  providerCase(
    "policy",
    "brings routes and rules that compile, with a placeholder where a credential goes",
    (judged) => {
      const { egressRoutes: routes, egressRules: providerRules } = planOf(judged);
      compilePolicy({ routes, providerRules });
      for (const { auth } of routes) if (auth !== undefined) assert.ok((auth.placeholder ?? "").length >= 8);
      for (const rule of providerRules) {
        assert.equal(rule.provider, judged.make().name);
        assert.notEqual(rule.reason, "");
      }
    },
  ),
  providerCase("command", "has a command for every kind of session; a prompt is one argument of it", async (judged) => {
    const provider = judged.make();
    const plan = await bottlePlan(judged);
    const prompt = "--a 'prompt'\nof two lines";
    for (const mode of [{ kind: "interactive" }, { kind: "resume" }, { kind: "headless", prompt }] as const) {
      const argv = provider.command(plan, mode);
      assert.ok(argv.length > 0 && argv.every((word) => typeof word === "string" && !word.includes("\0")));
      if (mode.kind === "headless") assert.equal(argv.filter((word) => word === prompt).length, 1);
      assert.deepEqual(provider.command(plan, mode), argv);
    }
  }),
  providerCase("prompt", "keeps the prompt in one file below the agent's home", async (judged) => {
    const provider = judged.make();
    assert.ok(provider.promptPath(await bottlePlan(judged)).startsWith(`${provider.guestHome}/`));
  }),
  providerCase("settings", "refuses a setting that it does not have", (judged) => {
    const spec = specOf(judged, { settings: { "no-such-setting": true } });
    refuses("BB_PROVIDER_SETTING", () => judged.make().provisionPlan(inputsOf(judged, spec)));
  }),
  providerCase(
    "guest-credentials",
    "refuses a bottle whose environment hands the placeholder's variable a value",
    (judged) => {
      const { guestEnv, hiddenEnvNames } = planOf(judged);
      const { egressRoutes } = planOf(judged);
      const placeholders = egressRoutes.map(({ auth }) => auth?.placeholder);
      const carriers = hiddenEnvNames.filter((name) => placeholders.includes(guestEnv[name]));
      for (const name of carriers) {
        const value = { kind: "literal", value: "x", from: "test.md:2:1" } as const;
        const spec = { ...specOf(judged), env: { [name]: value } };
        refuses("BB_CREDENTIALS_UNSUPPORTED", () => judged.make().provisionPlan(inputsOf(judged, spec)));
      }
    },
  ),
];
