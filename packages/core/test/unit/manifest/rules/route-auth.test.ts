import { describe, expect, it } from "@jest/globals";
import { readRouteAuth } from "../../../../src/manifest/rules/route-auth.ts";
import { readContext, sectionOf, textsOf } from "../support/bottle.ts";

const LEG = { host: "a.example", scheme: "https" } as const;

describe("readRouteAuth", () => {
  it.each([
    ["{ scheme: Bearer, token_ref: T }", { scheme: "Bearer", header: "authorization" }],
    ["{ token_ref: T }", { header: "authorization" }],
    ["{ header: X-Api-Key, token_ref: T }", { header: "x-api-key" }],
    ["{ header: PRIVATE-TOKEN, scheme: token, token_ref: T }", { header: "private-token", scheme: "token" }],
  ])("reads %s", (yaml, expected) => {
    const auth = readRouteAuth(sectionOf(`auth: ${yaml}`).section("auth"), LEG, readContext());
    expect(auth).toEqual({ secret: { source: "env", name: "T" }, wildcard: false, ...expected });
  });

  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "X-Forwarded-For",
    "Proxy-Authorization",
    "TE",
  ])("refuses the header %s", (header) => {
    const context = readContext();
    readRouteAuth(sectionOf(`auth: { header: ${header}, token_ref: T }`).section("auth"), LEG, context);
    expect(textsOf(context.issues)).toEqual(['1:17: "auth.header" cannot carry a credential']);
  });

  it("is undefined when there is none", () => {
    expect(readRouteAuth(sectionOf("auth: null").section("auth"), LEG, readContext())).toBeUndefined();
  });
});
