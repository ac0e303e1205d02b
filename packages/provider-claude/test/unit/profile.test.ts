import { describe, expect, it } from "@jest/globals";
import { PROFILE } from "../../src/profile.ts";
import { apiRoute, providerRules } from "../../src/routes.ts";
import { listOf, type TracedRequest } from "../support/classify.ts";
import { readTrace } from "../support/trace.ts";

function parseLine(line: string): TracedRequest {
  const [, method = "", host = "", path = ""] = /^(\S+) ([^/]+)(\/.*)$/.exec(line) ?? [];
  return { method, host, path };
}

const api = (method: string, path: string): TracedRequest => ({ host: "api.anthropic.com", method, path });

describe("the profile", () => {
  it("knows every request of the recorded trace", async () => {
    const lines = Object.values(await readTrace()).flat();
    expect(lines.length).toBeGreaterThan(12);
    expect(lines.filter((line) => listOf(parseLine(line)) === undefined)).toEqual([]);
  });

  it.each([
    ["POST", "/v1/messages"],
    ["POST", "/v1/messages/count_tokens"],
    ["GET", "/v1/models"],
    ["GET", "/v1/models/claude-sonnet-5-5"],
    ["GET", "/api/claude_cli/bootstrap"],
    ["GET", "/api/claude_code/policy_limits"],
  ])("needs %s %s", (method, path) => {
    expect(listOf(api(method, path))).toBe("needed");
  });

  it.each([
    ["POST", "/api/oauth/claude_cli/create_api_key"],
    ["GET", "/api/oauth/profile"],
    ["GET", "/api/oauth/files/file_1/content"],
    ["POST", "/v1/files"],
    ["GET", "/v1/files/file_1/content"],
    ["GET", "/v1/organizations/api_keys"],
    ["POST", "/api/organizations/o/mcp/start-auth/s"],
    ["POST", "/v1/tunnels/t/reveal_token"],
    ["GET", "/v1/vaults/v/credentials"],
    ["POST", "/v1/code/github/import-token"],
    ["POST", "/v1/messages/batches"],
    ["POST", "/api/frame/deploy/direct"],
  ])("refuses %s %s", (method, path) => {
    expect(listOf(api(method, path))).toBe("refused");
  });

  it.each([
    ["POST", "/api/event_logging/v2/batch"],
    ["GET", "/api/claude_code/settings"],
    ["POST", "/api/eval/sdk-x"],
    ["GET", "/api/web/domain_info"],
  ])("is quiet about %s %s", (method, path) => {
    expect(listOf(api(method, path))).toBe("quiet");
  });

  it.each([
    ["GET", "/v1/messages"],
    ["POST", "/v1/models"],
    ["POST", "/v1/messages/"],
    ["DELETE", "/api/claude_code/policy_limits"],
    ["GET", "/"],
  ])("has no place for %s %s", (method, path) => {
    expect(listOf(api(method, path))).toBeUndefined();
  });

  it("says why for every entry, in upper-case methods and absolute paths", () => {
    for (const { reason, methods, paths } of [...PROFILE.needed, ...PROFILE.refused, ...PROFILE.quiet]) {
      expect(reason).not.toBe("");
      for (const method of methods) expect(method).toBe(method.toUpperCase());
      for (const { value } of paths) expect(value).toMatch(/^\/.*[^/]$/);
    }
  });
});

describe("the rules", () => {
  it("are the profile's lists as data", () => {
    expect(providerRules).toHaveLength(PROFILE.refused.length + PROFILE.quiet.length);
    const downloads = providerRules.find(({ host }) => host === "downloads.claude.ai");
    expect(downloads).toMatchObject({ provider: "claude", kind: "quiet", matches: [] });
    const route = apiRoute({ kind: "oauth", secret: { source: "env", name: "T" } });
    expect(route.matches).toHaveLength(PROFILE.needed.length);
    expect(route.matches.every(({ paths, methods }) => paths.length > 0 && methods.length > 0)).toBe(true);
  });
});
