import { describe, expect, it } from "@jest/globals";
import { isCredentialHeader, queryKeyKind } from "../../../src/policy/credential-carriers.ts";

describe("isCredentialHeader", () => {
  it.each([
    "authorization",
    "proxy-authorization",
    "x-authorization",
    "cookie",
    "cookie2",
    "x-api-key",
    "api-key",
    "apikey",
    "x-goog-api-key",
    "private-token",
    "job-token",
    "deploy-token",
    "x-auth-token",
    "x-auth-key",
    "x-amz-security-token",
    "x-vault-token",
    "x-gitlab-token",
    "x-shopify-access-token",
    "dd-api-key",
    "ocp-apim-subscription-key",
    "x-functions-key",
  ])("%s is one", (name) => {
    expect(isCredentialHeader(name)).toBe(true);
  });

  it.each([
    "accept",
    "content-type",
    "idempotency-key",
    "sec-websocket-key",
    "x-csrf-token",
    "x-request-id",
    "anthropic-version",
    "openai-beta",
    "x-amz-content-sha256",
    "x-stainless-retry-count",
    "authorization-hint",
  ])("%s is not", (name) => {
    expect(isCredentialHeader(name)).toBe(false);
  });
});

describe("queryKeyKind", () => {
  it.each([
    ["key", "credential"],
    ["api_key", "credential"],
    ["API-KEY", "credential"],
    ["access_token", "credential"],
    ["private_token", "credential"],
    ["X-Amz-Signature", "presigned"],
    ["sig", "presigned"],
    ["_method", "override"],
    ["X-HTTP-Method-Override", "override"],
    ["beta", undefined],
    ["page_token", undefined],
    ["keys", undefined],
    ["", undefined],
  ])("%s: %s", (key, kind) => {
    expect(queryKeyKind(key)).toBe(kind);
  });
});
