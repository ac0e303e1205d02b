import { describe, expect, it } from "@jest/globals";
import { readSecretRef } from "../../../../src/manifest/rules/secret-ref.ts";
import { readContext, sectionOf, textsOf } from "../support/bottle.ts";

function read(reference: string): unknown {
  const context = readContext();
  const ref = readSecretRef(sectionOf(`token: "${reference}"`).text("token"), context);
  return ref ?? textsOf(context.issues).join("\n");
}

describe("readSecretRef", () => {
  it.each([
    ["TOKEN", { source: "env", name: "TOKEN" }],
    ["env:TOKEN", { source: "env", name: "TOKEN" }],
    ["npm_config_token", { source: "env", name: "npm_config_token" }],
    [
      "A_VERY_LONG_NAME_OF_A_VARIABLE_THAT_HOLDS_A_TOKEN_2",
      { source: "env", name: "A_VERY_LONG_NAME_OF_A_VARIABLE_THAT_HOLDS_A_TOKEN_2" },
    ],
    ["file:/etc/token", { source: "file", name: "/etc/token" }],
    ["file:token", { source: "file", name: "/h/bottles/token" }],
    ["file:../token", { source: "file", name: "/h/token" }],
    ["file:~/token", { source: "file", name: "/home/me/token" }],
    ["prompt:Your token", { source: "prompt", name: "Your token" }],
  ])("reads %s", (reference, ref) => {
    expect(read(reference)).toEqual(ref);
  });

  it.each([
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "AKIAIOSFODNN7EXAMPLE",
    "deadbeefdeadbeefdeadbeefdeadbeef",
    "aB3dE6gH9jK2mN5pQ8sT1vW4",
  ])("sees that %s is a value", (value) => {
    expect(read(value)).toBe('1:8: "token" looks like a credential; put it in a variable or a file and name that here');
  });

  it("refuses the home of another user", () => {
    expect(read("file:~root/x")).toBe('1:8: "token" may begin with `~/` but not with another user\'s home');
  });

  it("is undefined for nothing", () => {
    expect(readSecretRef(undefined, readContext())).toBeUndefined();
  });
});
