import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type AgentMode, BottlePlan, type ProviderProvision, type Slug } from "@bot-bottle/core";
import { CodexProvider } from "../../src/codex-provider.ts";
import { CLAIMS } from "../../src/host-login.ts";
import plugin from "../../src/index.ts";
import { CODEX_VERSION } from "../../src/version.ts";
import { ACCOUNT } from "../support/classify.ts";
import { makeInputs } from "../support/inputs.ts";
import { type LoginContent, loginContent, MAIL, REFRESH } from "../support/login.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const KEY = "sk-proj-real-api-key";
const PLACEHOLDER = "bot-bottle-placeholder";
const provider = new CodexProvider();
const withKey = (): ProviderProvision => provider.provisionPlan(makeInputs({ host: { OPENAI_API_KEY: KEY } }));

let userHome: string;
beforeEach(() => {
  userHome = mkdtempSync(join(tmpdir(), "bb-codex-provider-"));
  mkdirSync(join(userHome, ".codex"));
});
afterEach(() => {
  rmSync(userHome, { recursive: true });
});

function withLogin(content: LoginContent): ProviderProvision {
  writeFileSync(join(userHome, ".codex/auth.json"), JSON.stringify(content), { mode: 0o600 });
  return provider.provisionPlan(makeInputs({ provider: { forwardHostCredentials: true }, userHome }));
}

function fileOf({ files }: ProviderProvision, name: string): string {
  const file = files.find(({ path }) => path === `/home/node/.codex/${name}`);
  expect(file?.mode).toBe(0o600);
  return file?.content ?? "";
}

const authOf = (plan: ProviderProvision): unknown => JSON.parse(fileOf(plan, "auth.json"));

describe("the bottle's login with an API key", () => {
  it("is the placeholder, which the route replaces", () => {
    const plan = withKey();
    expect(authOf(plan)).toEqual({ auth_mode: "apikey", OPENAI_API_KEY: PLACEHOLDER });
    expect(plan.egressRoutes).toHaveLength(1);
    expect(plan.egressRoutes[0]).toMatchObject({
      id: "api.openai.com:443",
      from: "provider codex",
      agentCredentials: false,
      websocket: false,
      auth: {
        header: "authorization",
        scheme: "Bearer",
        secret: { source: "env", name: "OPENAI_API_KEY" },
        placeholder: PLACEHOLDER,
        wildcard: false,
      },
    });
    expect(plan.notes).toEqual(["API key from env:OPENAI_API_KEY"]);
    expect(JSON.stringify(plan)).not.toContain(KEY);
  });
});

describe("the bottle's login with ChatGPT", () => {
  const content = loginContent({ endsIn: 5_400, plan: "business" });
  const end = (
    JSON.parse(Buffer.from(content.tokens.access_token.split(".")[1] ?? "", "base64url").toString()) as {
      exp: number;
    }
  ).exp;

  it("has the real account, plan and end, and no token", () => {
    const auth = authOf(withLogin(content)) as LoginContent;
    expect(auth).toEqual({
      auth_mode: "chatgpt",
      OPENAI_API_KEY: null,
      tokens: { id_token: expect.any(String), access_token: PLACEHOLDER, refresh_token: "", account_id: ACCOUNT },
      last_refresh: expect.any(String),
    });
    const parts = auth.tokens.id_token.split(".");
    expect([parts.length, parts[0], parts[2]]).toEqual([3, "bot-bottle", "placeholder"]);
    expect(JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString())).toEqual({
      exp: end,
      [CLAIMS]: { chatgpt_account_id: ACCOUNT, chatgpt_plan_type: "business" },
    });
  });

  it("is never due: the host renews, the bottle never does", () => {
    const { last_refresh: last } = authOf(withLogin(content)) as LoginContent;
    expect(new Date(last).getTime()).toBeGreaterThan(Date.now() + 365 * 86_400_000);
  });

  it("looks like no token of a vendor's to a scanner", () => {
    for (const { content: text } of withLogin(content).files) {
      expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}/);
      expect(text).not.toMatch(/\bsk-/);
    }
  });

  it("goes to its own host, for its own account, and the human sees whose it is", () => {
    const plan = withLogin(content);
    expect(plan.egressRoutes).toHaveLength(1);
    expect(plan.egressRoutes[0]).toMatchObject({
      id: "chatgpt.com:443",
      auth: {
        header: "authorization",
        scheme: "Bearer",
        secret: { source: "host-login", name: "codex" },
        placeholder: PLACEHOLDER,
      },
    });
    const headers = plan.egressRoutes[0]?.matches.map((match) => match.headers);
    expect(new Set(headers?.map((header) => JSON.stringify(header)))).toEqual(
      new Set([JSON.stringify([{ name: "chatgpt-account-id", value: ACCOUNT }])]),
    );
    const until = new Date(end * 1000).toISOString();
    const path = join(userHome, ".codex/auth.json");
    expect(plan.notes).toEqual([`login of this machine from ${path} (business), good until ${until}`]);
  });

  it("leaves no token, no address and nothing to renew with in the plan", () => {
    const all = JSON.stringify(withLogin(content));
    const { id_token: idToken, access_token: accessToken } = content.tokens;
    for (const secret of [REFRESH, MAIL, "user-of-this-machine", ...idToken.split("."), ...accessToken.split(".")]) {
      expect(all).not.toContain(secret);
    }
  });
});

describe("the configuration", () => {
  const linesOf = (workspacePath: string): readonly string[] => {
    const inputs = makeInputs({ host: { OPENAI_API_KEY: KEY }, workspacePath });
    return fileOf(provider.provisionPlan(inputs), "config.toml").split("\n");
  };

  it("is TOML of the plainest kind: tables and keys, each once", () => {
    const seen = new Set<string>();
    let table = "";
    for (const line of linesOf("/srv/project").filter((one) => one !== "")) {
      const [, header] = /^\[([a-z_.]+(?:\."[^"\\]+")?)\]$/.exec(line) ?? [];
      const [, key] = /^([a-z_]+|"[^"\\]+") = (?:true|false|\d+|"[^"\\]*")$/.exec(line) ?? [];
      if (header !== undefined) table = header;
      expect([line, header ?? key]).toEqual([line, expect.any(String)]);
      const name = header === undefined ? `${table}|${key ?? ""}` : `[${header}]`;
      expect(seen).not.toContain(name);
      seen.add(name);
    }
    expect(seen).toContain('[projects."/srv/project"]');
    expect(seen).toContain('projects."/srv/project"|trust_level');
  });

  it("switches off what reaches out, asks or outlives the session, and names no model", () => {
    const lines = linesOf("/srv/project");
    expect(lines).toEqual(
      expect.arrayContaining([
        "check_for_update_on_startup = false",
        'cli_auth_credentials_store = "file"',
        'metrics_exporter = "none"',
        "hooks = false",
        "daemon_auto_start = false",
        "enable_request_compression = false",
        'trust_level = "trusted"',
      ]),
    );
    expect(lines.filter((line) => /^(model|mcp|openai_base|developer)/.test(line))).toEqual([]);
  });

  it("quotes the path of a workspace", () => {
    expect(linesOf('/srv/a "b"\\c')).toContain('[projects."/srv/a \\"b\\"\\\\c"]');
  });

  it("is all there is: no environment, no commands", () => {
    const { guestEnv, hiddenEnvNames, dirs, files, commands } = withKey();
    expect({ guestEnv, hiddenEnvNames, commands }).toEqual({ guestEnv: {}, hiddenEnvNames: [], commands: [] });
    expect(dirs).toEqual(["/home/node/.codex"]);
    expect(files.map(({ path }) => path)).toEqual(["/home/node/.codex/config.toml", "/home/node/.codex/auth.json"]);
  });
});

class SomePlan extends BottlePlan {}

/** The plan of an agent with this prompt. */
function planWith(prompt: string): BottlePlan {
  const inputs = makeInputs({ host: { OPENAI_API_KEY: KEY } });
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
    workspace: { mode: "none", guestPath: inputs.workspacePath, includeIgnored: false, fileCount: 0, suspicious: [] },
    skills: [],
  });
}

describe("the commands", () => {
  it("carry the agent's prompt", () => {
    const mode: AgentMode = { kind: "headless", prompt: "do it" };
    expect(provider.command(planWith('Be "brief".'), mode)).toContain('developer_instructions="Be \\"brief\\"."');
    expect(provider.command(planWith(""), mode).join(" ")).not.toContain("developer_instructions");
    const long = provider.command(planWith("x".repeat(200_000)), mode).join(" ");
    expect(long).toContain("read the file /home/node/.bot-bottle-prompt.txt");
  });

  it("register an MCP server by the program itself", () => {
    const url = "http://supervise.bottle:1234/mcp";
    expect(provider.mcpCommand("supervise", url)).toEqual(["codex", "mcp", "add", "supervise", "--url", url]);
  });

  it("find skills where the program looks for them", () => {
    expect([provider.guestSkillsDir, provider.hostSkillsDir]).toEqual(["/home/node/.codex/skills", ".codex/skills"]);
  });
});

describe("the image", () => {
  it("builds with the classic builder, pins the program and ends as the agent user", async () => {
    const { contextDir, dockerfile, buildArgs } = provider.image();
    expect(contextDir).toBe(join(ROOT, "image"));
    const lines = (await readFile(join(contextDir, dockerfile), "utf8")).split("\n");
    expect(lines).toContain(`ARG CODEX_VERSION=${CODEX_VERSION}`);
    expect(buildArgs).toEqual({ CODEX_VERSION });
    expect(lines.filter((line) => line.startsWith("USER "))).toEqual([`USER ${provider.guestUser}`]);
    const instructions = lines.filter((line) => !line.startsWith("#")).join("\n");
    expect(instructions).not.toMatch(/<<|--chmod|--mount/);
  });
});

describe("the plugin", () => {
  it("is what package.json says", async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<string, unknown>;
    expect(manifest["bot-bottle"]).toEqual({ api: 1, kind: "provider", name: "codex", entry: "./dist/index.js" });
    expect(plugin).toMatchObject({ kind: "provider", name: "codex" });
    expect(plugin.create().name).toBe("codex");
  });
});
