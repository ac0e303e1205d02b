import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { matchOf, snippetForHost, snippetForRoute } from "../../../src/policy/snippet.ts";
import { anyText, prefix, sampleMatch, sampleRoute } from "./samples.ts";

const authority = { scheme: "https", host: "api.example.com", port: 443 } as const;

describe("snippetForHost", () => {
  it("names host, method and path, and nothing that is a default", () => {
    expect(snippetForHost(authority, { matches: [matchOf("POST", "/v1/x")] })).toBe(
      [
        "routes:",
        '  - host: "api.example.com"',
        "    matches:",
        '      - methods: ["POST"]',
        '        paths: [{ type: exact, value: "/v1/x" }]',
        "",
      ].join("\n"),
    );
  });

  it("names a port that is not the default", () => {
    expect(parse(snippetForHost({ ...authority, port: 8443 }, {}) ?? "")).toEqual({
      routes: [{ host: "api.example.com", port: 8443 }],
    });
    expect(parse(snippetForHost({ scheme: "http", host: "h.example", port: 80 }, { gitFetch: true }) ?? "")).toEqual({
      routes: [{ host: "h.example", port: 80, git: { fetch: true } }],
    });
  });

  it("is absent when the manifest cannot say it", () => {
    expect(snippetForHost({ ...authority, scheme: "http", port: 8080 }, {})).toBeUndefined();
    expect(snippetForHost({ ...authority, port: 80 }, {})).toBeUndefined();
    expect(snippetForHost(authority, { matches: [matchOf("GET", `/${"a".repeat(512)}`)] })).toBeUndefined();
  });

  it("quotes hostile text so that it stays one value", () => {
    fc.assert(
      fc.property(anyText, anyText, (host, path) => {
        const text = snippetForHost({ ...authority, host }, { matches: [matchOf(host, path)] }) ?? "";
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        expect(parse(text)).toEqual({
          routes: [{ host, matches: [{ methods: [host], paths: [{ type: "exact", value: path }] }] }],
        });
      }),
    );
  });
});

describe("snippetForRoute", () => {
  it("overrides with what the route allows already", () => {
    const route = sampleRoute({
      port: 8443,
      matches: [sampleMatch({ methods: ["GET"], paths: [prefix("/a")], headers: [{ name: "x-b", value: "on: #" }] })],
    });
    expect(parse(snippetForRoute(route, { matches: [matchOf("POST", "/c")] }) ?? "")).toEqual({
      routes: [
        {
          host: "api.example.com",
          port: 8443,
          override: true,
          matches: [
            { methods: ["POST"], paths: [{ type: "exact", value: "/c" }] },
            {
              methods: ["GET"],
              paths: [{ type: "prefix", value: "/a" }],
              headers: [{ name: "x-b", value: "on: #" }],
            },
          ],
        },
      ],
    });
  });

  it("keeps a route open that allows everything", () => {
    expect(snippetForRoute(sampleRoute(), { matches: [matchOf("GET", "/a")] })).toContain(
      '- paths: [{ type: prefix, value: "/" }]',
    );
  });

  it("writes only the key that is missing", () => {
    const route = sampleRoute({ matches: [matchOf("GET", "/a")] });
    const entry = { host: "api.example.com", override: true };
    expect(parse(snippetForRoute(route, { websocket: true }) ?? "")).toEqual({
      routes: [{ ...entry, websocket: true }],
    });
    expect(parse(snippetForRoute(route, { gitFetch: true }) ?? "")).toEqual({
      routes: [{ ...entry, git: { fetch: true } }],
    });
  });
});
