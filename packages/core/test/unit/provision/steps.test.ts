import { describe, expect, it } from "@jest/globals";
import { PROVISION_STEPS, stepEvent } from "../../../src/provision/steps.ts";
import type { ProviderInputs, ProviderProvision } from "../../../src/provider/agent-provider.ts";
import { FakeBackend, type FakeOptions } from "../../../src/testing/fake-backend.ts";
import { fakeProviders } from "../../../src/testing/fake-host.ts";
import type { FakeOperation } from "../../../src/testing/fake-machine.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";
import { withSampleHome } from "../../../src/testing/sample-home.ts";
import { minimalSpec, sampleSpec } from "../../../src/testing/sample-spec.ts";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { recorder } from "../../support/events.ts";

const MCP = { title: "Registering", argv: ["fake", "mcp", "add", "it's"], optional: true };

class BusyProvider extends FakeProvider {
  override provisionPlan(inputs: ProviderInputs): ProviderProvision {
    return {
      ...super.provisionPlan(inputs),
      guestEnv: { FAKE_MODE: "test", PATH: "/evil", HOME: "/evil", GIT_CONFIG_NOSYSTEM: "0" },
      dirs: ["/home/node/.fake/cache/deep", "/home/node/.fake"],
      commands: [{ title: "Warming up", argv: ["fake", "warm-up"], optional: false }, MCP],
    };
  }
}

async function provisioned(spec: BottleSpec, options: FakeOptions = {}) {
  return await withSampleHome(async (host) => {
    const backend = new FakeBackend(options);
    const busyHost = { ...host, providers: fakeProviders(new BusyProvider()) };
    const reporter = recorder();
    const plan = await backend.prepare(spec, busyHost);
    const bottle = await backend.launch(plan, { host: busyHost, reporter });
    await bottle.destroy();
    return { machine: backend.machine, operations: backend.machine.operations, plan, reporter };
  });
}

/** One line an operation: who, what, and the words that tell it from others. */
function describeOperation(operation: FakeOperation): string {
  if (operation.kind === "endSession") return `end ${operation.session}`;
  if (operation.kind !== "exec") return `${operation.user} ${operation.kind} ${operation.paths.join(" ")}`;
  const { user = "agent", argv, cwd } = operation.request;
  return `${user} exec in ${cwd ?? "?"}: ${argv[0] === "/bin/sh" ? `sh ${argv.slice(4).join(" ")}` : argv.join(" ")}`;
}

describe("the provision steps", () => {
  it("are in a fixed order, trust first and a repository's files last", () => {
    expect(PROVISION_STEPS).toEqual(["ca", "prompt", "skills", "agent", "supervise", "git", "workspace"]);
  });

  it("run in that order, consecutive files in one copy, only trust as root", async () => {
    const { operations } = await provisioned({ ...sampleSpec, skills: ["lint", "release"] });
    expect(operations.map(describeOperation)).toEqual([
      "root exec in /: sh /usr/local/share/ca-certificates/bot-bottle.crt /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem",
      [
        "agent copyIn /home/node/.bot-bottle-prompt.txt",
        "/home/node/.fake/skills/lint/SKILL.md",
        "/home/node/.fake/skills/release/SKILL.md",
        "/home/node/.fake/",
        "/home/node/.fake/cache/",
        "/home/node/.fake/cache/deep/",
        "/home/node/.fake/config.json",
      ].join(" "),
      "agent exec in /: fake warm-up",
      "agent exec in /: fake mcp add it's",
      "agent exec in /: sh user.name Sample User user.email sample@example.com",
      "agent copyIn /home/node/workspace/",
    ]);
  });

  it("do nothing for what is not there: no skills, no identity", async () => {
    const { operations, machine } = await provisioned(minimalSpec);
    const lines = operations.map(describeOperation);
    expect(lines.filter((line) => line.includes("user.name") || line.includes("SKILL"))).toEqual([]);
    expect(machine.files.get("/home/node/.bot-bottle-prompt.txt")).toEqual({ content: "", mode: 0o644, user: "agent" });
  });

  it("write what the plan says, as the agent", async () => {
    const { machine } = await provisioned({ ...sampleSpec, skills: ["lint"] });
    expect(Object.fromEntries(machine.files)).toEqual({
      "/home/node/.bot-bottle-prompt.txt": { content: "Be brief.", mode: 0o644, user: "agent" },
      "/home/node/.fake/skills/lint/SKILL.md": { content: "Lint.\n", mode: 0o644, user: "agent" },
      "/home/node/.fake/config.json": { content: "{}\n", mode: 0o600, user: "agent" },
    });
  });

  it("give every command a fixed PATH, an empty git and npm configuration, and a time limit", async () => {
    const { operations } = await provisioned(sampleSpec);
    const requests = operations.flatMap((operation) => (operation.kind === "exec" ? [operation.request] : []));
    expect(requests).toHaveLength(4);
    for (const { env, timeoutMs, cwd } of requests) {
      expect(env).toMatchObject({
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        GIT_CONFIG_NOSYSTEM: "1",
        npm_config_userconfig: "/dev/null",
        npm_config_globalconfig: "/dev/null",
      });
      expect([timeoutMs, cwd]).toEqual([60_000, "/"]);
    }
    expect(requests.map(({ env }) => [env?.["HOME"], env?.["GIT_CONFIG_GLOBAL"]])).toEqual([
      ["/root", "/dev/null"],
      ["/evil", "/dev/null"],
      ["/evil", "/dev/null"],
      ["/home/node", "/home/node/.gitconfig"],
    ]);
  });

  it("warn of an optional command that fails, with the command to type, and go on", async () => {
    const onExec = ({ argv }: { readonly argv: readonly string[] }) =>
      argv[1] === "mcp" ? { exitCode: 1, stderr: "no\u001b[2J server\n" } : {};
    const { reporter, operations } = await provisioned(sampleSpec, { onExec });
    expect(reporter.warnings).toEqual([
      "Registering failed in the bottle with exit code 1. To try it by hand: fake mcp add 'it'\\''s'",
    ]);
    expect(describeOperation(operations.at(-1) ?? { kind: "endSession", session: "" })).toContain("workspace");
  });

  it("stop at a command that must not fail", async () => {
    const onExec = ({ argv }: { readonly argv: readonly string[] }) =>
      argv[1] === "warm-up" ? { exitCode: 3, stderr: "a\nb" } : {};
    await expect(provisioned(sampleSpec, { onExec })).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: "Warming up failed in the bottle with exit code 3.",
      hint: "a\nb",
    });
  });

  it("run no command before the authority is trusted, and none at all when it is not", async () => {
    const order: string[] = [];
    const onExec = async ({ user, argv }: { readonly user?: string; readonly argv: readonly string[] }) => {
      order.push(`${user ?? "agent"} begins ${argv[1] ?? ""}`);
      if (user === "root") await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${user ?? "agent"} ends`);
      return user === "root" ? { exitCode: 1, stderr: "read-only" } : {};
    };
    await expect(provisioned(sampleSpec, { onExec })).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: expect.stringContaining("Trusting the bottle's certificate authority"),
    });
    expect(order).toEqual(["root begins -c", "root ends"]);
  });

  it("names what goes on in words, and only what has something to do", async () => {
    const { plan } = await provisioned(minimalSpec);
    const events = PROVISION_STEPS.map((step) => stepEvent(step, plan));
    expect(events.map((event) => (event.type === "step" && event.idle !== true ? event.title : undefined))).toEqual([
      "Installing the bottle's certificate",
      "Writing the agent's prompt",
      undefined,
      "Setting up the agent program",
      undefined,
      "Setting up git",
      undefined,
    ]);
  });
});
