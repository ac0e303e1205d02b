import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decideEgress } from "../../../src/policy/decide.ts";
import type { EgressRequest, RefusalCode } from "../../../src/policy/decision.ts";
import type { EgressPolicy, EgressRoute } from "../../../src/policy/route.ts";
import { applySnippet } from "./apply-snippet.ts";
import { exact, prefix, regex, sampleMatch, sampleRequest, sampleRoute, sampleRule } from "./samples.ts";

const provider = { provider: "claude", from: "provider claude" };
const needed = [sampleMatch({ methods: ["POST"], paths: [exact("/v1/messages")] })];

const policyOf = (route: EgressRoute): EgressPolicy => ({ routes: [route], providerRules: [sampleRule()] });

describe("manifest snippets of refused requests", () => {
  it.each<[RefusalCode, EgressRoute, Partial<EgressRequest>]>([
    ["no_match", sampleRoute({ matches: needed }), { target: "/v1/x%2fy" }],
    ["no_match", sampleRoute({ matches: [sampleMatch({ paths: [regex("/v1/[a-z\\d]+")] })] }), { target: "/v2" }],
    ["no_match", sampleRoute({ ...provider, matches: needed }), { target: "/v1/other", method: "PUT" }],
    ["no_match", sampleRoute({ host: "*.example.com", matches: needed }), { target: "/x" }],
    ["no_match", sampleRoute({ port: 8443, matches: needed }), { target: "/x", port: 8443 }],
    ["no_match", sampleRoute({ port: 80, matches: needed }), { target: "/x", port: 80, scheme: "http" }],
    ["provider_refused", sampleRoute(provider), { target: "/api/oauth/key", method: "POST" }],
    ["provider_refused", sampleRoute({ ...provider, matches: needed }), { target: "/api/oauth/key", method: "POST" }],
    ["provider_refused", sampleRoute(), { target: "/api/oauth/key" }],
    ["git_fetch", sampleRoute(), { target: "/a.git/info/refs?service=git-upload-pack" }],
    ["websocket_refused", sampleRoute({ websocket: false }), { headers: [["upgrade", "websocket"]] }],
  ])("after pasting, %s is no longer the answer", (code, route, fields) => {
    const policy = policyOf(route);
    const request = sampleRequest(fields);
    const decision = decideEgress(policy, request);
    expect(decision).toMatchObject({ code, rule: expect.any(String) });
    const granted = applySnippet(policy, decision.outcome === "refuse" ? (decision.manifestSnippet ?? "") : "");
    expect(decideEgress(granted, request).outcome).toBe("allow");
  });

  it("takes nothing away that was allowed", () => {
    const paths = fc.constantFrom("/v1/messages", "/v1/messages/a", "/a", "/a/b", "/a-b", "/b");
    const match = fc
      .tuple(fc.constantFrom(exact, prefix), paths, fc.constantFrom([], ["GET"], ["GET", "POST"]))
      .map(([kind, path, methods]) => sampleMatch({ paths: [kind(path)], methods }));
    const request = fc.tuple(fc.constantFrom("GET", "POST", "PUT"), paths);
    fc.assert(
      fc.property(fc.array(match), request, request, (matches, refused, other) => {
        const policy: EgressPolicy = { routes: [sampleRoute({ matches })], providerRules: [] };
        const ask = sampleRequest({ method: refused[0], target: refused[1] });
        const another = sampleRequest({ method: other[0], target: other[1] });
        const decision = decideEgress(policy, ask);
        fc.pre(decision.outcome === "refuse");
        const granted = applySnippet(policy, decision.manifestSnippet ?? "");
        expect(decideEgress(granted, ask).outcome).toBe("allow");
        const isSame = ask.method === another.method && ask.target === another.target;
        const before = decideEgress(policy, another).outcome;
        expect(decideEgress(granted, another).outcome).toBe(isSame ? "allow" : before);
      }),
    );
  });
});
