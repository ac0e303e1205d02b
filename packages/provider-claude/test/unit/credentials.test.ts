import { describe, expect, it } from "@jest/globals";
import type { BotBottleError, ProviderInputs } from "@bot-bottle/core";
import { checkBottleEnv } from "../../src/other-clouds.ts";
import { findCredential } from "../../src/credentials.ts";
import { readSettings } from "../../src/settings.ts";
import { makeInputs } from "../support/inputs.ts";

const OAUTH = "sk-ant-oat01-real-oauth-token";
const API_KEY = "sk-ant-api03-real-api-key";

const find = (inputs: ProviderInputs): ReturnType<typeof findCredential> =>
  findCredential(readSettings(inputs.spec), inputs);

function errorOf(run: () => unknown): BotBottleError {
  try {
    run();
  } catch (error) {
    return error as BotBottleError;
  }
  throw new Error("nothing was thrown");
}

describe("the bottle's auth_token", () => {
  const authToken = { source: "env", name: "WORK_TOKEN" } as const;

  it.each([
    [OAUTH, "oauth"],
    [API_KEY, "api-key"],
  ])("tells its kind by its first characters: %s", (value, kind) => {
    const inputs = makeInputs({ authToken, host: { WORK_TOKEN: value, ANTHROPIC_API_KEY: "another" } });
    expect(find(inputs)).toEqual({ kind, secret: authToken });
  });

  it("needs settings.auth when it does not tell", () => {
    const error = errorOf(() => find(makeInputs({ authToken, host: { WORK_TOKEN: "opaque-value" } })));
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain(":auth_token: env:WORK_TOKEN begins neither with sk-ant-oat nor with sk-ant-api");
    expect(error.hint).toBe("Set agent_provider.settings.auth to oauth or api-key.");
    const provider = { settings: { auth: "api-key" } };
    const inputs = makeInputs({ authToken, provider, host: { WORK_TOKEN: "opaque-value" } });
    expect(find(inputs).kind).toBe("api-key");
  });

  it("needs settings.auth when it is asked for at the start", () => {
    const prompt = { source: "prompt", name: "Claude token" } as const;
    expect(errorOf(() => find(makeInputs({ authToken: prompt }))).code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    const inputs = makeInputs({ authToken: prompt, provider: { settings: { auth: "oauth" } } });
    expect(find(inputs)).toEqual({ kind: "oauth", secret: prompt });
  });

  it("is refused when settings.auth says another kind", () => {
    const provider = { settings: { auth: "api-key" } };
    const error = errorOf(() => find(makeInputs({ authToken, provider, host: { WORK_TOKEN: OAUTH } })));
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain("the setting auth is api-key, but env:WORK_TOKEN holds an OAuth token");
  });
});

describe("without auth_token", () => {
  it.each([
    [{ CLAUDE_CODE_OAUTH_TOKEN: OAUTH, ANTHROPIC_API_KEY: API_KEY }, "oauth", "CLAUDE_CODE_OAUTH_TOKEN"],
    [{ CLAUDE_CODE_OAUTH_TOKEN: "", ANTHROPIC_API_KEY: API_KEY }, "api-key", "ANTHROPIC_API_KEY"],
    [{ CLAUDE_CODE_OAUTH_TOKEN: "opaque" }, "oauth", "CLAUDE_CODE_OAUTH_TOKEN"],
    [{ CLAUDE_CODE_OAUTH_TOKEN: API_KEY }, "api-key", "CLAUDE_CODE_OAUTH_TOKEN"],
  ])("takes the first variable that the host sets: %j", (host, kind, name) => {
    expect(find(makeInputs({ host }))).toEqual({ kind, secret: { source: "env", name } });
  });

  it("takes the variable of the kind that settings.auth names", () => {
    const provider = { settings: { auth: "api-key" } };
    const host = { CLAUDE_CODE_OAUTH_TOKEN: OAUTH, ANTHROPIC_API_KEY: API_KEY };
    expect(find(makeInputs({ provider, host })).secret.name).toBe("ANTHROPIC_API_KEY");
  });

  it("says how to get a token when there is none", () => {
    const error = errorOf(() => find(makeInputs()));
    expect(error.code).toBe("BB_CREDENTIALS_MISSING");
    expect(error.message).toBe(
      "Claude Code has no credential: CLAUDE_CODE_OAUTH_TOKEN and ANTHROPIC_API_KEY are not set.",
    );
    expect(error.hint).toContain("claude setup-token");
    const onBedrock = errorOf(() => find(makeInputs({ host: { CLAUDE_CODE_USE_BEDROCK: "1" } })));
    expect(onBedrock.message).toContain("CLAUDE_CODE_USE_BEDROCK is set, but other clouds are not supported");
  });
});

describe("what is refused", () => {
  it("an API key from a login that is forwarded", () => {
    const inputs = makeInputs({ provider: { forwardHostCredentials: true, settings: { auth: "api-key" } } });
    expect(errorOf(() => find(inputs)).code).toBe("BB_CREDENTIALS_UNSUPPORTED");
  });

  it.each([
    ["CLAUDE_CODE_USE_BEDROCK", "1"],
    ["CLAUDE_CODE_USE_VERTEX", "true"],
    ["ANTHROPIC_API_KEY", API_KEY],
    ["CLAUDE_CODE_OAUTH_TOKEN", OAUTH],
    ["ANTHROPIC_AUTH_TOKEN", "opaque"],
  ])("%s in the bottle's env, naming the place and no value", (name, value) => {
    const error = errorOf(() => {
      checkBottleEnv(makeInputs({ env: { [name]: value } }).spec);
    });
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain(`work.md:4:3:${name}: the variable ${name}`);
    expect(`${error.message}${error.hint ?? ""}`).not.toContain(value === "1" || value === "true" ? "=" : value);
  });

  it.each(["", "0", "false"])("no other cloud that is switched off by %j", (value) => {
    expect(() => {
      checkBottleEnv(makeInputs({ env: { CLAUDE_CODE_USE_BEDROCK: value } }).spec);
    }).not.toThrow();
  });

  it.each([
    [{ aut: "oauth" }, "BB_PROVIDER_SETTING", 'has no setting "aut"', 'Did you mean "auth"?'],
    [{ colour: "red" }, "BB_PROVIDER_SETTING", 'has no setting "colour"', "It has: auth."],
    [{ auth: "apikey" }, "BB_PROVIDER_SETTING", 'cannot be "apikey"', 'Did you mean "api-key"?'],
    [{ auth: 7 }, "BB_PROVIDER_SETTING", "cannot be 7", "Write one of: oauth, api-key."],
    [{ auth: "bedrock" }, "BB_CREDENTIALS_UNSUPPORTED", "another cloud", "Bedrock"],
    [{ vertex: { project: "p" } }, "BB_CREDENTIALS_UNSUPPORTED", "another cloud", "Vertex"],
  ])("the settings %j", (settings, code, message, hint) => {
    const error = errorOf(() => readSettings(makeInputs({ provider: { settings } }).spec));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

describe("secret values", () => {
  it("are in no plan and no error", () => {
    const secrets = { CLAUDE_CODE_OAUTH_TOKEN: OAUTH, WORK_TOKEN: "opaque-value" };
    const found = find(makeInputs({ host: secrets }));
    const error = errorOf(() => find(makeInputs({ authToken: { source: "env", name: "WORK_TOKEN" }, host: secrets })));
    const shown = JSON.stringify(found) + error.message + String(error.hint);
    for (const value of Object.values(secrets)) expect(shown).not.toContain(value);
  });
});
