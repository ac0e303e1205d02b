import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import type { BotBottleError } from "@bot-bottle/core";
import { CodexProvider } from "../../src/codex-provider.ts";
import { CREDENTIAL_VARIABLES, findCredential } from "../../src/credentials.ts";
import { makeInputs } from "../support/inputs.ts";
import { loginContent, makeToken, seconds } from "../support/login.ts";

const KEY = "sk-proj-real-api-key";
const authToken = { source: "env", name: "WORK_KEY" } as const;

function errorOf(run: () => unknown): BotBottleError {
  try {
    run();
  } catch (error) {
    return error as BotBottleError;
  }
  throw new Error("nothing was thrown");
}

describe("the bottle's auth_token", () => {
  it.each([KEY, "sk-real", "key-of-a-gateway"])("is an API key: %s", (value) => {
    const inputs = makeInputs({ authToken, host: { WORK_KEY: value, OPENAI_API_KEY: "another" } });
    expect(findCredential(inputs)).toEqual({ kind: "api-key", secret: authToken });
  });

  it.each([{ source: "prompt", name: "Codex key" } as const, { source: "file", name: "/run/key" } as const])(
    "may come from %j",
    (ref) => {
      expect(findCredential(makeInputs({ authToken: ref }))).toEqual({ kind: "api-key", secret: ref });
    },
  );

  it.each([
    ["a token of a login", makeToken({ exp: seconds(60) }), "holds a token of a login"],
    ["a key of another vendor", "sk-ant-api03-real-api-key", "holds a key of another vendor"],
  ])("is refused when it is %s, without its value", (_what, value, says) => {
    const error = errorOf(() => findCredential(makeInputs({ authToken, host: { WORK_KEY: value } })));
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain(`:auth_token: env:WORK_KEY ${says}`);
    expect(error.hint).toContain("forward_host_credentials: true");
    expect(inspect(error)).not.toContain(value);
  });
});

describe("without auth_token", () => {
  it.each([
    [{ CODEX_API_KEY: KEY, OPENAI_API_KEY: "another" }, "CODEX_API_KEY"],
    [{ CODEX_API_KEY: "", OPENAI_API_KEY: KEY }, "OPENAI_API_KEY"],
    [{ OPENAI_API_KEY: KEY }, "OPENAI_API_KEY"],
  ])("takes the first variable that the host sets: %j", (host, name) => {
    expect(findCredential(makeInputs({ host }))).toEqual({ kind: "api-key", secret: { source: "env", name } });
  });

  it("refuses a variable that holds no API key", () => {
    const error = errorOf(() => findCredential(makeInputs({ host: { OPENAI_API_KEY: makeToken({}) } })));
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain("env:OPENAI_API_KEY");
  });

  it("says both ways to get a credential when there is none, and takes no login unasked", () => {
    const error = errorOf(() => findCredential(makeInputs({ host: { CODEX_ACCESS_TOKEN: "token" } })));
    expect(error.code).toBe("BB_CREDENTIALS_MISSING");
    expect(error.message).toBe("Codex has no credential: CODEX_API_KEY and OPENAI_API_KEY are not set.");
    expect(error.hint).toContain("forward_host_credentials: true");
    expect(error.hint).toContain("auth_token");
  });
});

describe("forward_host_credentials", () => {
  const provider = { forwardHostCredentials: true };

  it("takes the login of this machine, by reference, whatever variables are set", () => {
    const userHome = mkdtempSync(join(tmpdir(), "bb-codex-forward-"));
    try {
      mkdirSync(join(userHome, ".codex"));
      const content = loginContent();
      writeFileSync(join(userHome, ".codex/auth.json"), JSON.stringify(content), { mode: 0o600 });
      const found = findCredential(makeInputs({ provider, userHome, host: { OPENAI_API_KEY: KEY } }));
      expect(found).toMatchObject({ kind: "login", secret: { source: "host-login", name: "codex" } });
      expect(JSON.stringify(found)).not.toContain(content.tokens.access_token);
    } finally {
      rmSync(userHome, { recursive: true });
    }
  });

  it("does not fall back on a key", () => {
    const error = errorOf(() => findCredential(makeInputs({ provider, host: { OPENAI_API_KEY: KEY } })));
    expect(error.code).toBe("BB_CREDENTIALS_MISSING");
    expect(error.hint).toContain("codex login");
  });
});

describe("what is refused", () => {
  it.each(CREDENTIAL_VARIABLES)("%s in the bottle's env, naming the place and no value", (name) => {
    const inputs = makeInputs({ env: { [name]: KEY }, host: { OPENAI_API_KEY: KEY } });
    const error = errorOf(() => new CodexProvider().provisionPlan(inputs));
    expect(error.code).toBe("BB_CREDENTIALS_UNSUPPORTED");
    expect(error.message).toContain(`work.md:4:3:${name}: the variable ${name}`);
    expect(inspect(error)).not.toContain(KEY);
  });

  it("any setting: the provider has none", () => {
    const inputs = makeInputs({ provider: { settings: { model: "gpt-5" } }, host: { OPENAI_API_KEY: KEY } });
    const error = errorOf(() => new CodexProvider().provisionPlan(inputs));
    expect(error).toMatchObject({ code: "BB_PROVIDER_SETTING", hint: "It has none." });
    expect(error.message).toContain('the provider codex has no setting "model"');
  });

  it("no other variable of the bottle", () => {
    const inputs = makeInputs({ env: { CODEX_COLOUR: "1" }, host: { OPENAI_API_KEY: KEY } });
    expect(() => new CodexProvider().provisionPlan(inputs)).not.toThrow();
  });
});
