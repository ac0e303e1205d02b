import { describe, expect, it } from "@jest/globals";
import { readRoute } from "../../../../src/manifest/rules/route.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readRoute", () => {
  it("gives the defaults and what was written", () => {
    expect(readRoute(sectionOf("host: Example.com"), readContext())).toEqual({
      id: "example.com:443",
      host: "example.com",
      port: 443,
      scheme: "https",
      from: "/h/bottles/b.md:1:1",
      agentCredentials: false,
      matches: [],
      git: { fetch: false },
      websocket: true,
      allowPrivate: [],
      override: false,
      written: ["host"],
    });
  });

  it("reads everything", () => {
    const yaml = [
      "host: '*.example.com'",
      "port: 80",
      "override: true",
      "agent_credentials: true",
      "matches: [{}]",
      "git: { fetch: true }",
      "websocket: false",
      "allow_private: [10.1.0.0/16]",
    ].join("\n");
    expect(readRoute(sectionOf(yaml), readContext())).toEqual({
      id: "*.example.com:80",
      host: "*.example.com",
      port: 80,
      scheme: "http",
      from: "/h/bottles/b.md:1:1",
      agentCredentials: true,
      matches: [{ paths: [], methods: [], headers: [] }],
      git: { fetch: true },
      websocket: false,
      allowPrivate: ["10.1.0.0/16"],
      override: true,
      written: ["host", "port", "scheme", "agentCredentials", "matches", "git", "websocket", "allowPrivate"],
    });
  });

  it("counts a removed auth as written", () => {
    const route = readRoute(sectionOf("host: a.example\noverride: true\nauth: null"), readContext());
    expect(route).toMatchObject({ written: ["host", "auth"] });
    expect(route?.auth).toBeUndefined();
  });

  it("is undefined without a usable host", () => {
    expect(readRoute(sectionOf("host: '*'"), readContext())).toBeUndefined();
  });
});
