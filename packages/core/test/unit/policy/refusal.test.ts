import { describe, expect, it } from "@jest/globals";
import { createRefusal, REFUSAL_STATUS, websocketStatus } from "../../../src/policy/refusal.ts";

describe("createRefusal", () => {
  it("takes the status from the code and ends the explanation with the reason", () => {
    expect(createRefusal("no_match", { reason: "No.", rule: "r", explanation: ["Route r."] })).toEqual({
      outcome: "refuse",
      code: "no_match",
      status: 403,
      reason: "No.",
      rule: "r",
      hint: expect.any(String),
      quiet: false,
      explanation: ["Route r.", "No."],
    });
  });

  it.each([
    ["authority_mismatch", 421],
    ["method_not_allowed", 405],
    ["provider_quiet", 404],
    ["websocket_refused", 426],
    ["invalid_request", 400],
    ["invalid_host", 400],
    ["ambiguous_path", 403],
    ["foreign_credential", 403],
    ["git_push", 403],
    ["credential_reflected", 502],
  ] as const)("answers %s with %i", (code, status) => {
    expect(createRefusal(code, { reason: "No." }).status).toBe(status);
    expect(REFUSAL_STATUS[code]).toBe(status);
  });

  it("is quiet for one code only", () => {
    expect(createRefusal("provider_quiet", { reason: "No." }).quiet).toBe(true);
    expect(createRefusal("provider_refused", { reason: "No." }).quiet).toBe(false);
  });

  it("says how to ask when lines would help, and only then", () => {
    expect(createRefusal("no_match", { reason: "No.", manifestSnippet: "routes:\n" }).hint).toMatch(/manifest_snippet/);
    expect(createRefusal("no_match", { reason: "No." }).hint).not.toMatch(/manifest_snippet/);
    expect(createRefusal("no_match", { reason: "No.", hint: "Wait." }).hint).toBe("Wait.");
  });

  it("answers a WebSocket with 426 whatever the code", () => {
    expect(createRefusal("no_match", { reason: "No.", ...websocketStatus({ isWebSocket: true }) }).status).toBe(426);
    expect(createRefusal("no_match", { reason: "No.", ...websocketStatus({ isWebSocket: false }) }).status).toBe(403);
  });
});
