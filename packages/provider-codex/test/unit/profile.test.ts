import { describe, expect, it } from "@jest/globals";
import { API_HOST, LOGIN_HOST, PROFILE } from "../../src/profile.ts";
import { apiRoute, providerRules } from "../../src/routes.ts";
import { listOf } from "../support/classify.ts";

const api = (method: string, path: string) => listOf({ host: API_HOST, method, path }, "api-key");
const login = (method: string, path: string) => listOf({ host: LOGIN_HOST, method, path }, "login");

describe("with an API key", () => {
  it.each([
    ["POST", "/v1/responses"],
    ["GET", "/v1/models"],
  ])("needs %s %s", (method, path) => {
    expect(api(method, path)).toBe("needed");
  });

  it.each([
    ["POST", "/v1/realtime/client_secrets"],
    ["POST", "/v1/realtime/sessions"],
    ["POST", "/v1/organization/admin_api_keys"],
    ["POST", "/v1/projects/p/service_accounts"],
    ["POST", "/v1/chatkit/sessions"],
    ["POST", "/v1/files"],
    ["GET", "/v1/files/f/content"],
    ["POST", "/v1/uploads"],
    ["POST", "/v1/containers"],
    ["POST", "/v1/batches"],
  ])("refuses %s %s", (method, path) => {
    expect(api(method, path)).toBe("refused");
  });

  it.each([
    ["GET", "/v1/responses"],
    ["GET", "/v1/responses/resp_1"],
    ["DELETE", "/v1/responses/resp_1"],
    ["POST", "/v1/chat/completions"],
    ["POST", "/v1/responses/"],
    ["GET", "/"],
  ])("has no place for %s %s", (method, path) => {
    expect(api(method, path)).toBeUndefined();
  });

  it("does not open the host of the login", () => {
    expect(apiRoute({ kind: "api-key", secret: { source: "env", name: "K" } }).host).toBe(API_HOST);
    expect(
      listOf({ host: LOGIN_HOST, method: "POST", path: "/backend-api/codex/responses" }, "api-key"),
    ).toBeUndefined();
  });
});

describe("with a login", () => {
  it.each([
    ["POST", "/backend-api/codex/responses"],
    ["GET", "/backend-api/codex/models"],
    ["GET", "/backend-api/wham/accounts/check"],
    ["GET", "/backend-api/wham/config/bundle"],
  ])("needs %s %s", (method, path) => {
    expect(login(method, path)).toBe("needed");
  });

  it.each([
    ["POST", "/backend-api/codex/realtime/calls"],
    ["POST", "/backend-api/wham/tasks"],
    ["GET", "/backend-api/wham/environments"],
    ["POST", "/backend-api/wham/agent-identities"],
    ["POST", "/backend-api/wham/rate-limit-reset-credits/consume"],
    ["POST", "/backend-api/wham/accounts/send_add_credits_nudge_email"],
    ["POST", "/backend-api/accounts/switch"],
    ["POST", "/backend-api/public/plugins/workspace/upload-url"],
    ["POST", "/backend-api/ps/plugins/workspace/share"],
    ["POST", "/backend-api/files"],
    ["POST", "/backend-api/conversation"],
    ["POST", "/oauth/token"],
  ])("refuses %s %s", (method, path) => {
    expect(login(method, path)).toBe("refused");
  });

  it.each([
    ["POST", "/oauth/token"],
    ["POST", "/oauth/revoke"],
    ["POST", "/api/accounts/deviceauth/token"],
  ])("refuses %s %s of the sign-in service", (method, path) => {
    expect(listOf({ host: "auth.openai.com", method, path }, "login")).toBe("refused");
  });

  it.each([
    ["POST", "/backend-api/codex/analytics-events/events"],
    ["GET", "/backend-api/wham/settings/user"],
    ["GET", "/backend-api/wham/usage"],
    ["GET", "/backend-api/ps/plugins/installed"],
    ["POST", "/backend-api/ps/mcp"],
  ])("is quiet about %s %s", (method, path) => {
    expect(login(method, path)).toBe("quiet");
  });

  it.each([
    ["POST", "/backend-api/wham/accounts/check"],
    ["GET", "/backend-api/codex/responses"],
    ["POST", "/backend-api/codex/memories"],
    ["GET", "/backend-api/me"],
  ])("has no place for %s %s", (method, path) => {
    expect(["refused", undefined]).toContain(login(method, path));
  });
});

it("opens the login's own account, and no other that the same token may reach", () => {
  const request = { host: LOGIN_HOST, method: "POST", path: "/backend-api/codex/responses" };
  expect(listOf(request, "login")).toBe("needed");
  expect(listOf({ ...request, account: "another-workspace" }, "login")).toBeUndefined();
});

describe("the rest", () => {
  it("is quiet about telemetry, announcements and updates", () => {
    const quiet = [
      { host: "ab.chatgpt.com", method: "POST", path: "/otlp/v1/metrics" },
      { host: "raw.githubusercontent.com", method: "GET", path: "/openai/codex/main/announcement_tip.toml" },
      { host: "api.github.com", method: "GET", path: "/repos/openai/codex/releases/latest" },
    ];
    expect(quiet.map((request) => listOf(request, "api-key"))).toEqual(["quiet", "quiet", "quiet"]);
    const other = { host: "raw.githubusercontent.com", method: "GET", path: "/openai/codex/main/README.md" };
    expect(listOf(other, "api-key")).toBeUndefined();
  });

  it.each([
    [API_HOST, "/v1/responses", "api-key"],
    [LOGIN_HOST, "/backend-api/codex/responses", "login"],
  ] as const)("answers a WebSocket to %s with 426, on which the program goes on at once", (host, path, kind) => {
    expect(listOf({ host, method: "GET", path, isUpgrade: true }, kind)).toBe("websocket");
  });

  it("has a reason for every entry, upper-case methods and absolute paths", () => {
    for (const { reason, methods, paths } of [...PROFILE.needed, ...PROFILE.refused, ...PROFILE.quiet]) {
      expect(reason).not.toBe("");
      for (const method of methods) expect(method).toBe(method.toUpperCase());
      for (const { value } of paths) expect(value).toMatch(/^\/.*[^/]$/);
    }
    expect(providerRules).toHaveLength(PROFILE.refused.length + PROFILE.quiet.length);
  });
});
