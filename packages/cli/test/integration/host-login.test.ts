import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { codexTokens, writeCodexLogin } from "../support/codex-login.ts";
import { Installation } from "../support/installation.ts";
import { expectRefused, GO, type Refusal } from "../support/refusal.ts";

let installation: Installation;
const folderOf = (program: string): string => join(installation.env["HOME"] ?? "", `.${program}`);
const inAnHour = (): number => Date.now() + 3_600_000;
const CLAUDE = { accessToken: "sk-ant-oat01-of-this-machine-31d0", refreshToken: "sk-ant-ort01-31d0" };

/** The file in which each program keeps its login. */
const FILES = { claude: ".credentials.json", codex: "auth.json" } as const;
type Program = keyof typeof FILES;
const pathOf = (program: Program): string => join(folderOf(program), FILES[program]);

async function write(program: Program, content: string, mode = 0o600): Promise<void> {
  await writeFile(pathOf(program), content);
  await chmod(pathOf(program), mode);
}

/** A login that works. @returns its text */
async function good(program: Program): Promise<string> {
  if (program === "codex") {
    await writeCodexLogin(installation, codexTokens("good"));
    return "";
  }
  const text = JSON.stringify({ claudeAiOauth: { ...CLAUDE, expiresAt: inAnHour() } });
  await write("claude", text);
  return text;
}

const expired = async (program: Program): Promise<void> => {
  if (program === "claude") {
    await write(program, JSON.stringify({ claudeAiOauth: { ...CLAUDE, expiresAt: Date.now() - 1 } }));
    return;
  }
  const now = Date.now;
  Date.now = () => now() - 7_200_000;
  try {
    await writeCodexLogin(installation, codexTokens("old"));
  } finally {
    Date.now = now;
  }
};

const unusable = (says: RegExp, hint: RegExp): Refusal => ({ code: "BB_LOGIN_UNUSABLE", says, hint });
const LOGIN = /`(?:codex login|claude \/login)`/;

const FAULTS: readonly [what: string, make: (program: Program) => Promise<void>, refusal: Refusal][] = [
  ["is missing", async () => undefined, { code: "BB_CREDENTIALS_MISSING", says: /is not logged in/, hint: LOGIN }],
  ["is half a file", (program) => write(program, '{"tokens": {"access'), unusable(/is not JSON/, LOGIN)],
  ["has expired", expired, unusable(/has expired/, /once on this machine/)],
  [
    "is an API key alone",
    (program) => write(program, '{"auth_mode": "apikey", "OPENAI_API_KEY": "sk-proj-1"}'),
    { code: "BB_CREDENTIALS_UNSUPPORTED", says: /holds (?:an API key|no login)/, hint: /auth_token/ },
  ],
  [
    "is a link",
    async (program) => {
      await good(program);
      const elsewhere = join(installation.root, `${program}-login`);
      await rm(elsewhere, { force: true });
      await writeFile(elsewhere, "{}", { mode: 0o600 });
      await rm(pathOf(program));
      await symlink(elsewhere, pathOf(program));
    },
    unusable(/is a link/, /Replace the link/),
  ],
  [
    "is open to everybody",
    async (program) => {
      await good(program);
      await chmod(pathOf(program), 0o644);
    },
    unusable(/is open to others/, /chmod 600/),
  ],
  ["has 10 MB", (program) => write(program, `{"a": "${"x".repeat(10 * 1024 ** 2)}"}`), unusable(/larger than/, LOGIN)],
];

describe.each(["claude", "codex"] as const)("the login of %s on this machine", (program) => {
  beforeAll(async () => {
    installation = await Installation.make({});
    await installation.write("forwarding", `agent_provider: { template: ${program}, forward_host_credentials: true }`);
  });
  beforeEach(async () => {
    await rm(folderOf(program), { recursive: true, force: true });
    await mkdir(folderOf(program), { mode: 0o700 });
  });
  afterAll(() => installation.remove());

  it.each(FAULTS)("that %s is refused, with what to run, and nothing is launched", async (_what, make, refusal) => {
    await make(program);
    await expectRefused(installation, ["start", "forwarding", ...GO], refusal);
    await expectRefused(installation, ["start", "forwarding", "--dry-run"], refusal);
  });

  it("is shown in the preflight by its file and its end, and by no value", async () => {
    await good(program);
    const { exitCode, stdout, stderr } = await installation.run(["start", "forwarding", "--dry-run"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/login of this machine from \S+ .*good until \d{4}-\d\d-\d\dT/);
    const json = await installation.run(["start", "forwarding", "--dry-run", "--json"]);
    for (const secret of [CLAUDE.accessToken, CLAUDE.refreshToken, codexTokens("good").refresh]) {
      expect(stdout + json.stdout).not.toContain(secret);
    }
  });

  it("cannot stand beside a token", async () => {
    await installation.write(
      "both",
      `agent_provider: { template: ${program}, forward_host_credentials: true, auth_token: A_TOKEN }`,
    );
    await expectRefused(installation, ["start", "both", "--dry-run"], {
      code: "BB_MANIFEST_INVALID",
      says: /cannot stand together with `auth_token`/,
      hint: /.*/,
    });
  });
});
