import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decideEgress } from "../../../src/policy/decide.ts";
import type { EgressPolicy } from "../../../src/policy/route.ts";
import { readPath } from "../../../src/policy/path-readings.ts";
import { applySnippet } from "./apply-snippet.ts";
import { sampleRequest, sampleRoute } from "./samples.ts";

const empty: EgressPolicy = { routes: [], providerRules: [] };

describe("the refusal of an undeclared host", () => {
  it("is minimal and can be pasted", () => {
    expect(decideEgress(empty, sampleRequest({ method: "POST", target: "/v1/x?token=abc" }))).toMatchObject({
      code: "host_not_declared",
      reason: 'No route covers the host "api.example.com".',
      manifestSnippet: [
        "routes:",
        '  - host: "api.example.com"',
        "    matches:",
        '      - methods: ["POST"]',
        '        paths: [{ type: exact, value: "/v1/x" }]',
        "",
      ].join("\n"),
    });
  });

  it("suggests both requests of a git fetch", () => {
    const target = "/acme/x.git/info/refs?service=git-upload-pack";
    const decision = decideEgress(empty, sampleRequest({ target }));
    const snippet = decision.outcome === "refuse" ? (decision.manifestSnippet ?? "") : "";
    const granted = applySnippet(empty, snippet);
    expect(decideEgress(granted, sampleRequest({ target })).outcome).toBe("allow");
    const pack = sampleRequest({ method: "POST", target: "/acme/x.git/git-upload-pack" });
    expect(decideEgress(granted, pack).outcome).toBe("allow");
    expect(decideEgress(granted, sampleRequest({ target: "/acme/y.git/info/refs" })).outcome).toBe("refuse");
  });

  it.each([
    { method: "POST", target: "/acme/x.git/git-receive-pack" },
    { method: "PUT", target: "/acme/x.git/info/lfs/objects/abc" },
    { method: "TRACE" },
    { method: "get" },
    { target: "/a/../b" },
    { target: "nothing" },
    { scheme: "http" as const, port: 8080 },
  ])("suggests nothing for %j", (fields) => {
    const decision = decideEgress(empty, sampleRequest(fields));
    expect(decision).toMatchObject({ code: "host_not_declared" });
    expect(decision).not.toHaveProperty("manifestSnippet");
  });

  it("never carries the agent's text outside of quotes", () => {
    const host = "\u001b]52;c;x\u0007\nevil";
    const decision = decideEgress(empty, sampleRequest({ host }));
    expect(decision.explanation.join("")).toMatch(/^[\x20-\x7e]*$/);
    expect(decision).toMatchObject({ code: "invalid_host", reason: expect.not.stringContaining("\n") });
  });

  it("has a snippet that allows the request and no other path", () => {
    const path = fc.string({
      unit: fc.constantFrom(...Array.from("ab-._~!$&'()*+,:@{}\""), "%2f", "%20", "%C3%A9", "/"),
    });
    const port = fc.constantFrom(443, 8443, 1);
    fc.assert(
      fc.property(fc.constantFrom("GET", "POST", "M-SEARCH"), fc.domain(), port, path, (method, host, asked, text) => {
        const request = sampleRequest({ method, host, port: asked, target: `/${text}?q=1` });
        const decision = decideEgress(empty, request);
        fc.pre(decision.outcome === "refuse" && decision.manifestSnippet !== undefined);
        expect(readPath(`/${text}`).kind).toBe("read");
        const granted = applySnippet(empty, decision.manifestSnippet);
        expect(decideEgress(granted, request).outcome).toBe("allow");
        expect(decideEgress(granted, { ...request, target: `/${text}x` }).outcome).toBe("refuse");
        expect(decideEgress(granted, { ...request, method: "DELETE" }).outcome).toBe("refuse");
      }),
    );
  });
});

describe("the refusal of another port", () => {
  it("names what is declared", () => {
    const policy = { ...empty, routes: [sampleRoute({ port: 80 })] };
    expect(decideEgress(policy, sampleRequest({ target: "/" }))).toMatchObject({
      reason: 'The host "api.example.com" is declared for http on port 80, not for https on port 443.',
      manifestSnippet: expect.stringContaining("routes:"),
    });
  });
});
