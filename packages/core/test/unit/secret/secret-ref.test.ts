import { describe, expect, it } from "@jest/globals";
import { parseSecretRef, secretKey } from "../../../src/secret/secret-ref.ts";

describe("parseSecretRef", () => {
  it.each([
    ["TOKEN", { source: "env", name: "TOKEN" }],
    ["_t0", { source: "env", name: "_t0" }],
    ["env:TOKEN", { source: "env", name: "TOKEN" }],
    ["file:/run/secrets/token", { source: "file", name: "/run/secrets/token" }],
    ["file:~/token", { source: "file", name: "~/token" }],
    ["prompt:Your token", { source: "prompt", name: "Your token" }],
  ])("reads %s", (text, ref) => {
    expect(parseSecretRef(text)).toEqual(ref);
  });

  it.each(["", "env:", "file:", "prompt:", "9LIVES", "A-B", "A B", "sk-ant-oat01-abc", "TOKEN\n", "host-login:claude"])(
    "refuses %j",
    (text) => {
      expect(parseSecretRef(text)).toBeUndefined();
    },
  );
});

describe("secretKey", () => {
  it("is one spelling for one reference", () => {
    expect(secretKey({ source: "env", name: "TOKEN" })).toBe("env:TOKEN");
    expect(parseSecretRef("TOKEN")).toEqual(parseSecretRef("env:TOKEN"));
  });
});
