import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { type AgentMode, BottlePlan, type Slug } from "@bot-bottle/core";
import { AUTH_KIND_NAMES, AUTH_KINDS } from "../../src/auth-kinds.ts";
import { ClaudeProvider } from "../../src/claude-provider.ts";
import plugin from "../../src/index.ts";
import { CLAUDE_CODE_VERSION } from "../../src/version.ts";
import { makeInputs } from "../support/inputs.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const provider = new ClaudeProvider();
const HOST = {
  oauth: { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-real" },
  "api-key": { ANTHROPIC_API_KEY: "sk-ant-api03-real" },
};

class SomePlan extends BottlePlan {}

/** The plan of an agent with this prompt. */
function planWith(prompt: string): BottlePlan {
  const inputs = makeInputs({ host: HOST.oauth });
  const { egressRoutes, egressRules, ...agentProvision } = provider.provisionPlan(inputs);
  return new SomePlan({
    spec: { ...inputs.spec, agent: { ...inputs.spec.agent, prompt } },
    slug: "coder-abcde" as Slug,
    backendName: "fake",
    providerName: provider.name,
    gitGatePlan: { upstreams: [] },
    egressPlan: {
      logLevel: 0,
      policy: { routes: egressRoutes, providerRules: egressRules },
      upstream: { caCertificates: [] },
    },
    agentProvision,
    supervisePlan: undefined,
    guestHome: provider.guestHome,
    guestUser: provider.guestUser,
    image: { origin: "provider", ...provider.image(), packages: { apt: [], npm: [] } },
    resources: { cpus: 1, memoryBytes: 1, pids: 1, diskBytes: 1 },
    workspace: {
      mode: "none",
      guestPath: inputs.workspacePath,
      includeIgnored: false,
      fileCount: 0,
      suspicious: [],
    },
    skills: [],
  });
}

describe("the provision plan", () => {
  it.each(AUTH_KIND_NAMES)("signs in with a placeholder where the route puts the credential on: %s", (kind) => {
    const plan = provider.provisionPlan(makeInputs({ host: HOST[kind] }));
    const { variable, placeholder, header, scheme } = AUTH_KINDS[kind];
    expect(plan.guestEnv[variable]).toBe(placeholder);
    expect(plan.egressRoutes).toHaveLength(1);
    expect(plan.egressRoutes[0]).toMatchObject({
      id: "api.anthropic.com:443",
      from: "provider claude",
      agentCredentials: false,
      auth: { header, secret: { source: "env", name: variable }, placeholder },
    });
    expect(plan.egressRoutes[0]?.auth?.scheme).toBe(scheme);
    expect(plan.notes).toEqual([`${AUTH_KINDS[kind].title} from env:${variable}`]);
    expect(JSON.stringify(plan)).not.toContain("real");
  });

  it("keeps the prefix in the placeholder and away from the vendor's pattern", () => {
    for (const kind of AUTH_KIND_NAMES) {
      const { prefix, placeholder } = AUTH_KINDS[kind];
      expect(placeholder.startsWith(prefix)).toBe(true);
      expect(placeholder.length).toBeLessThan(60);
    }
  });

  it("settles onboarding, trust of the workspace itself, and the questions of a repository", () => {
    const inputs = makeInputs({ host: HOST.oauth, workspacePath: "/srv/project" });
    const { files, dirs, guestEnv, hiddenEnvNames } = provider.provisionPlan(inputs);
    const contents = Object.fromEntries(files.map(({ path, content }) => [path, JSON.parse(content) as unknown]));
    expect(contents).toEqual({
      "/home/node/.claude.json": {
        hasCompletedOnboarding: true,
        projects: {
          "/srv/project": {
            hasTrustDialogAccepted: true,
            hasClaudeMdExternalIncludesApproved: false,
            hasClaudeMdExternalIncludesWarningShown: true,
          },
        },
      },
      "/home/node/.claude/settings.json": { skipDangerousModePermissionPrompt: true, skipWebFetchPreflight: true },
    });
    expect(files.map(({ mode }) => mode)).toEqual([0o600, 0o600]);
    expect(dirs).toEqual(["/home/node/.claude"]);
    expect(guestEnv).toMatchObject({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" });
    expect([...hiddenEnvNames].sort()).toEqual(Object.keys(guestEnv).sort());
  });

  it("approves the placeholder as an API key by its last 20 characters", () => {
    const { files } = provider.provisionPlan(makeInputs({ host: HOST["api-key"] }));
    const state = JSON.parse(files[0]?.content ?? "") as { customApiKeyResponses: unknown };
    expect(state.customApiKeyResponses).toEqual({
      approved: ["t-bottle-placeholder"],
      rejected: [],
    });
  });
});

describe("the command", () => {
  const flag = ["--append-system-prompt-file", "/home/node/.bot-bottle-prompt.txt"];

  it.each([
    ["interactive", { kind: "interactive" }, []],
    ["headless", { kind: "headless", prompt: "--help me" }, ["-p", "--", "--help me"]],
  ] satisfies [string, AgentMode, string[]][])("of a session: %s", (_name, mode, tail) => {
    const program = ["claude", "--dangerously-skip-permissions"];
    expect(provider.command(planWith("Be brief."), mode)).toEqual([...program, ...flag, ...tail]);
    expect(provider.command(planWith(" \n"), mode)).toEqual([...program, ...tail]);
  });

  it("that resumes continues where there is a conversation", () => {
    const argv = provider.command(planWith("Be brief."), { kind: "resume" });
    expect(argv.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
    expect(argv[2]).toContain('exec "$@" --continue');
    expect(argv.slice(3)).toEqual(["sh", "claude", "--dangerously-skip-permissions", ...flag]);
  });

  it("refuses a prompt that one argument cannot hold", () => {
    const mode = (length: number): AgentMode => ({ kind: "headless", prompt: "x".repeat(length) });
    expect(() => provider.command(planWith(""), mode(128 * 1024 - 1))).not.toThrow();
    expect(() => provider.command(planWith(""), mode(128 * 1024))).toThrow("longer than 128 KiB");
  });
});

describe("the image", () => {
  it("builds with the classic builder, pins the program and ends as the agent user", async () => {
    const { contextDir, dockerfile, buildArgs } = provider.image();
    expect(contextDir).toBe(join(ROOT, "image"));
    const lines = (await readFile(join(contextDir, dockerfile), "utf8")).split("\n");
    expect(lines).toContain(`ARG CLAUDE_CODE_VERSION=${CLAUDE_CODE_VERSION}`);
    expect(buildArgs).toEqual({ CLAUDE_CODE_VERSION });
    expect(lines.filter((line) => line.startsWith("USER "))).toEqual(["USER node"]);
    const instructions = lines.filter((line) => !line.startsWith("#")).join("\n");
    expect(instructions).not.toMatch(/<<|--chmod|--mount/);
  });
});

describe("the plugin", () => {
  it("is what package.json says", async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<string, unknown>;
    expect(manifest["bot-bottle"]).toEqual({ api: 1, kind: "provider", name: "claude", entry: "./dist/index.js" });
    expect(plugin).toMatchObject({ kind: "provider", name: "claude" });
    expect(plugin.create().name).toBe("claude");
  });
});
