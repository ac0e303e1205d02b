import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CodexProvider } from "../../src/codex-provider.ts";
import { CLAIMS, type CodexLogin, readCodexLogin } from "../../src/host-login.ts";
import { ACCOUNT } from "../support/classify.ts";
import { loginContent, type LoginTokens, MAIL, makeToken, REFRESH, seconds } from "../support/login.ts";

const KEY = "key-of-this-machine-51c2";
const GOOD = loginContent();

let userHome: string;
let path: string;
beforeEach(() => {
  userHome = mkdtempSync(join(tmpdir(), "bb-codex-login-"));
  mkdirSync(join(userHome, ".codex"));
  path = join(userHome, ".codex", "auth.json");
});
afterEach(() => {
  rmSync(userHome, { recursive: true });
});

function write(content: unknown): void {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
}

const read = (env: NodeJS.ProcessEnv = {}): CodexLogin => readCodexLogin({ userHome, env });

function refusal(): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error("the login was read");
}

/** The good login with other tokens; `undefined` leaves one out. */
function withTokens(tokens: Readonly<Partial<Record<keyof LoginTokens, unknown>>>): unknown {
  return { ...GOOD, tokens: { ...GOOD.tokens, ...tokens } };
}
const identity = (claims: unknown): string => makeToken({ email: MAIL, [CLAIMS]: claims }, "id");
const ending = (exp: unknown): string => makeToken({ exp }, "access");

describe("the login of this machine", () => {
  it("is read for its access token, its end, its account and its plan", () => {
    const content = loginContent({ endsIn: 600, plan: "pro" });
    write(content);
    const { token, expires, accountId, plan, path: found } = read();
    expect([found, accountId, plan]).toEqual([path, ACCOUNT, "pro"]);
    expect(token.reveal()).toBe(content.tokens.access_token);
    expect(Math.abs(expires.getTime() / 1000 - seconds(600))).toBeLessThan(5);
  });

  it("is the provider's, for a launch and for a renewal", () => {
    write(GOOD);
    expect(new CodexProvider().readHostLogin({ userHome, env: {} }).token.reveal()).toBe(GOOD.tokens.access_token);
  });

  it("is looked for where the program is told to keep it", () => {
    write(GOOD);
    const own = join(userHome, "own");
    mkdirSync(own);
    renameSync(path, join(own, "auth.json"));
    expect(read({ CODEX_HOME: own }).path).toBe(join(own, "auth.json"));
    expect(() => read({ CODEX_HOME: "" })).toThrow("not logged in");
  });

  it.each<[what: string, content: unknown]>([
    ["says nothing of its kind", { ...GOOD, auth_mode: undefined }],
    ["has null for its kind", { ...GOOD, auth_mode: null }],
    ["says nothing of its kind and has no key", { tokens: GOOD.tokens }],
    ["says nothing of its kind and has an empty key", { ...GOOD, auth_mode: undefined, OPENAI_API_KEY: "" }],
    ["has an API key beside it", { ...GOOD, OPENAI_API_KEY: KEY }],
    ["names its account in the identity only", withTokens({ account_id: undefined })],
    ["has nothing to be renewed with", withTokens({ refresh_token: undefined })],
    ["ends in a fraction of a second", withTokens({ access_token: ending(seconds(3_600) + 0.5) })],
  ])("is good when it %s", (_what, content) => {
    write(content);
    expect(read()).toMatchObject({ accountId: ACCOUNT, plan: "plus" });
  });
});

const unusable = (says: RegExp, hint = /Run `codex login`/) => ({ code: "BB_LOGIN_UNUSABLE", says, hint });
const unsupported = (says: RegExp, hint: RegExp) => ({ code: "BB_CREDENTIALS_UNSUPPORTED", says, hint });
const keyOnly = unsupported(/holds an API key and no login/, /auth_token .* or run `codex login`/);
const otherKind = unsupported(/a login that is not one with ChatGPT/, /codex login/);
const renews = /Use Codex once on this machine, which renews it, or run `codex login`/;
const whole = JSON.stringify(GOOD);

describe("a login that cannot be used", () => {
  it("is missing", () => {
    const error = refusal();
    expect(error).toMatchObject({
      code: "BB_CREDENTIALS_MISSING",
      message: expect.stringContaining(path),
      hint: expect.stringContaining("`codex login`"),
    });
  });

  it.each<[what: string, content: unknown, refused: ReturnType<typeof unusable>]>([
    ["is cut off", whole.slice(0, -40), unusable(/is not JSON/)],
    ["is empty", "", unusable(/is not JSON/)],
    ["is a list", [GOOD], unusable(/is not a JSON object/)],
    ["has 10 MB", `${whole}${" ".repeat(10 * 1024 ** 2)}`, unusable(/larger than 64 KiB/)],
    ["has no tokens", { ...GOOD, tokens: undefined }, unusable(/holds no access token/)],
    ["has null for tokens", { ...GOOD, tokens: null }, unusable(/holds no access token/)],
    ["has a text for tokens", { ...GOOD, tokens: REFRESH }, unusable(/holds no access token/)],
    ["has no access token", withTokens({ access_token: undefined }), unusable(/holds no access token/)],
    ["has an empty access token", withTokens({ access_token: "" }), unusable(/holds no access token/)],
    ["has a list for access token", withTokens({ access_token: [KEY] }), unusable(/holds no access token/)],
    ["has no account", withTokens({ account_id: undefined, id_token: identity({}) }), unusable(/names no account/)],
    ["has a number for account", withTokens({ account_id: 7 }), unusable(/names no account/)],
    ["has a header for account", withTokens({ account_id: "a\r\nx-header: 1" }), unusable(/names no account/)],
    ["has no identity", withTokens({ id_token: undefined }), unusable(/names no plan/)],
    ["has an opaque identity", withTokens({ id_token: KEY }), unusable(/names no plan/)],
    ["has no plan", withTokens({ id_token: identity({ chatgpt_account_id: ACCOUNT }) }), unusable(/names no plan/)],
    ["has a plan in words", withTokens({ id_token: identity({ chatgpt_plan_type: "a b" }) }), unusable(/no plan/)],
    ["has claims of another shape", withTokens({ id_token: identity("plus") }), unusable(/names no plan/)],
    ["has an opaque access token", withTokens({ access_token: KEY }), unusable(/does not say when it ends/)],
    ["has a token of no JSON", withTokens({ access_token: `a.${KEY}.c` }), unusable(/does not say when it ends/)],
    ["has no end", withTokens({ access_token: ending(undefined) }), unusable(/does not say when it ends/)],
    ["ends in words", withTokens({ access_token: ending("tomorrow") }), unusable(/does not say when it ends/)],
    ["ends beyond all time", withTokens({ access_token: ending(1e300) }), unusable(/does not say when it ends/)],
    ["has expired", loginContent({ endsIn: -1 }), unusable(/has expired \(\d{4}-/, renews)],
    ["is about to expire", loginContent({ endsIn: 30 }), unusable(/has expired/, renews)],
    ["is an API key", { auth_mode: "apikey", OPENAI_API_KEY: KEY }, keyOnly],
    ["is an API key of an older version", { OPENAI_API_KEY: KEY }, keyOnly],
    ["has a key before its tokens", { ...GOOD, auth_mode: undefined, OPENAI_API_KEY: KEY }, keyOnly],
    ["has a key and null for its kind", { ...GOOD, auth_mode: null, OPENAI_API_KEY: KEY }, keyOnly],
    ["is an agent's identity", { ...GOOD, auth_mode: "agent_identity" }, otherKind],
    ["is a personal token", { auth_mode: "personal_access_token", personal_access_token: KEY }, otherKind],
    ["has a number for its kind", { ...GOOD, auth_mode: 7 }, otherKind],
  ])("%s; no value of it is told", (_what, content, { code, says, hint }) => {
    write(content);
    const error = refusal();
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(says),
      hint: expect.stringMatching(hint),
    });
    expectNoValue(error, content);
  });

  it("is a link, even to a good one", () => {
    write(GOOD);
    renameSync(path, join(userHome, "elsewhere.json"));
    symlinkSync(join(userHome, "elsewhere.json"), path);
    expect(refusal()).toMatchObject({ code: "BB_LOGIN_UNUSABLE", message: expect.stringContaining("is a link") });
  });

  it.each([0o640, 0o604, 0o620, 0o666])("is open to others: %s", (mode) => {
    write(GOOD);
    chmodSync(path, mode);
    const error = refusal();
    expect(error).toMatchObject({ code: "BB_LOGIN_UNUSABLE", hint: `Run: chmod 600 "${path}"` });
    expectNoValue(error, GOOD);
  });

  it("is a folder", () => {
    mkdirSync(path);
    expect(refusal()).toMatchObject({
      code: "BB_LOGIN_UNUSABLE",
      message: expect.stringContaining("not a regular file"),
    });
  });
});

/** Neither a token nor a part of one. */
function expectNoValue(error: unknown, content: unknown): void {
  const shown = inspect(error, { depth: 10, showHidden: true });
  const { tokens } = (typeof content === "object" ? content : GOOD) as { tokens?: Record<string, unknown> | null };
  const values: readonly unknown[] = [...Object.values(tokens ?? {}), ...Object.values<string>({ ...GOOD.tokens })];
  const parts = values
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...value.split(".")])
    .filter((part) => part.length > 10);
  for (const value of [...parts, KEY, REFRESH, MAIL, ACCOUNT]) expect(shown).not.toContain(value);
}
