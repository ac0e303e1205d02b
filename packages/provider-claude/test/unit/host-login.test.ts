import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ClaudeProvider } from "../../src/claude-provider.ts";
import { makeInputs } from "../support/inputs.ts";

const TOKEN = "sk-ant-oat01-of-this-machine-8d1f";
const REFRESH = "sk-ant-ort01-of-this-machine-77aa";
const inAnHour = (): number => Date.now() + 3_600_000;
const provider = new ClaudeProvider();

let userHome: string;
beforeEach(() => {
  userHome = mkdtempSync(join(tmpdir(), "bb-claude-login-"));
  mkdirSync(join(userHome, ".claude"));
});
afterEach(() => {
  rmSync(userHome, { recursive: true });
});

function write(claudeAiOauth: unknown, folder = join(userHome, ".claude")): void {
  writeFileSync(join(folder, ".credentials.json"), JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
}

describe("the login of this machine", () => {
  it("is read for its access token and its end", () => {
    const expiresAt = inAnHour();
    write({
      accessToken: TOKEN,
      refreshToken: REFRESH,
      expiresAt,
      scopes: ["user:inference"],
      subscriptionType: "max",
    });
    const { token, path, expires } = provider.readHostLogin({ userHome, env: {} });
    expect([token.reveal(), path, expires]).toEqual([
      TOKEN,
      join(userHome, ".claude/.credentials.json"),
      new Date(expiresAt),
    ]);
  });

  it("is looked for where the program is told to keep it", () => {
    const own = join(userHome, "own");
    mkdirSync(own);
    write({ accessToken: TOKEN, expiresAt: inAnHour() }, own);
    expect(provider.readHostLogin({ userHome, env: { CLAUDE_CONFIG_DIR: own } }).token.reveal()).toBe(TOKEN);
  });

  it.each<[what: string, login: unknown, code: string, hint: RegExp]>([
    ["an API key alone", undefined, "BB_CREDENTIALS_UNSUPPORTED", /\/login/],
    ["another kind of token", { accessToken: "opaque", expiresAt: inAnHour() }, "BB_LOGIN_UNUSABLE", /\/login/],
    ["no end", { accessToken: TOKEN }, "BB_LOGIN_UNUSABLE", /\/login/],
    ["an end that is no time", { accessToken: TOKEN, expiresAt: 1e300 }, "BB_LOGIN_UNUSABLE", /\/login/],
    [
      "an end in the past",
      { accessToken: TOKEN, expiresAt: Date.now() - 1 },
      "BB_LOGIN_UNUSABLE",
      /Use Claude Code once/,
    ],
    ["an end in a moment", { accessToken: TOKEN, expiresAt: Date.now() + 30_000 }, "BB_LOGIN_UNUSABLE", /renews it/],
  ])("with %s is refused", (_what, login, code, hint) => {
    write(login);
    let thrown: unknown;
    try {
      provider.readHostLogin({ userHome, env: {} });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code, hint: expect.stringMatching(hint) });
    expect(inspect(thrown)).not.toContain(TOKEN);
  });

  it("goes to the sidecar as an OAuth token; the bottle gets the placeholder and nothing that could renew it", () => {
    write({ accessToken: TOKEN, refreshToken: REFRESH, expiresAt: inAnHour() });
    const inputs = makeInputs({ provider: { forwardHostCredentials: true }, userHome });
    const provision = provider.provisionPlan(inputs);
    expect(provision.egressRoutes[0]?.auth).toMatchObject({
      header: "authorization",
      scheme: "Bearer",
      secret: { source: "host-login", name: "claude" },
    });
    expect(provision.guestEnv["CLAUDE_CODE_OAUTH_TOKEN"]).toBe("sk-ant-oat01-bot-bottle-placeholder");
    expect(provision.notes[0]).toMatch(/^login of this machine from .*credentials\.json, good until \d{4}-/);
    const all = JSON.stringify(provision);
    for (const secret of [TOKEN, REFRESH]) expect(all).not.toContain(secret);
  });
});
