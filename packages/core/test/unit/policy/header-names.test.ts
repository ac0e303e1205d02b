import { describe, expect, it } from "@jest/globals";
import { canonicalName, connectionOptions, isHopByHop } from "../../../src/policy/header-names.ts";

describe("canonicalName", () => {
  it("takes case and underscores away", () => {
    expect(canonicalName("X_Forwarded-For")).toBe("x-forwarded-for");
  });
});

describe("isHopByHop", () => {
  it.each([
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "upgrade",
    "http2-settings",
    "proxy-connection",
    "proxy-authorization",
    "proxy-anything",
    ":authority",
  ])("%s is", (name) => {
    expect(isHopByHop(name)).toBe(true);
  });

  it.each(["host", "content-length", "trailer", "accept", "keep-alive-x"])("%s is not", (name) => {
    expect(isHopByHop(name)).toBe(false);
  });
});

describe("connectionOptions", () => {
  it("collects the names of all lines, but none that frames the message", () => {
    const headers = [
      ["Connection", "keep-alive, X_Foo"],
      ["connection", " x-bar ,Host,content-length, Content-Type"],
      ["x-other", "y"],
    ] as const;
    expect([...connectionOptions(headers)].sort()).toEqual(["keep-alive", "x-bar", "x-foo"]);
  });
});
