import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compilePolicy, decideEgress } from "../../../src/policy/decide.ts";
import type { EgressDecision, EgressRequest, RefusalCode } from "../../../src/policy/decision.ts";
import type { EgressPolicy, EgressRoute } from "../../../src/policy/route.ts";
import { anyText, exact, prefix, sampleMatch, sampleRequest, sampleRoute, sampleRule } from "./samples.ts";

const policyOf = (...routes: readonly EgressRoute[]): EgressPolicy => ({ routes, providerRules: [] });

function decide(policy: EgressPolicy, fields: Partial<EgressRequest> = {}): EgressDecision {
  return decideEgress(policy, sampleRequest(fields));
}
const codeOf = (decision: EgressDecision): RefusalCode | "allow" =>
  decision.outcome === "allow" ? "allow" : decision.code;
const WEBSOCKET = { headers: [["connection", "Upgrade"], ["upgrade", "WebSocket"]] } as const; // prettier-ignore

describe("host, scheme and port", () => {
  const policy = policyOf(
    sampleRoute(),
    sampleRoute({ host: "plain.example.com", port: 80 }),
    sampleRoute({ port: 8443 }),
  );

  it("allows a declared host, on its port and by its scheme", () => {
    expect(decide(policy)).toEqual({
      outcome: "allow",
      route: policy.routes[0],
      explanation: ["Route api.example.com:443 (dev.md:3:5) covers the host.", "It allows every request to the host."],
    });
    expect(decide(policy, { port: 8443 })).toMatchObject({ route: policy.routes[2] });
    expect(decide(policy, { host: "API.Example.com." })).toMatchObject({ outcome: "allow" });
  });

  it.each<[Partial<EgressRequest>, RefusalCode]>([
    [{ host: "other.example.com" }, "host_not_declared"],
    [{ host: "example.com" }, "host_not_declared"],
    [{ host: "x.api.example.com" }, "host_not_declared"],
    [{ host: "api.example.com.evil.net" }, "host_not_declared"],
    [{ port: 444 }, "host_not_declared"],
    [{ scheme: "http" }, "host_not_declared"],
    [{ scheme: "http", port: 80 }, "host_not_declared"],
    [{ host: "plain.example.com", port: 80 }, "host_not_declared"],
    [{ host: "127.0.0.1" }, "ip_literal"],
    [{ host: "0x7f.1" }, "ip_literal"],
    [{ host: "[::1]" }, "ip_literal"],
    [{ host: "１２７.0.0.1" }, "ip_literal"],
    [{ host: "user@api.example.com" }, "invalid_host"],
    [{ host: "" }, "invalid_host"],
    [{ host: "*.example.com" }, "invalid_host"],
  ])("refuses %j with %s", (fields, code) => {
    expect(codeOf(decide(policy, fields))).toBe(code);
  });

  it("says https where only the scheme is wrong, and suggests no cleartext", () => {
    const refusal = decide(policy, { scheme: "http", port: 80 });
    expect(refusal).toMatchObject({
      hint: "Use https:// for this host.",
      reason:
        'The host "api.example.com" is declared for https on port 443 and https on port 8443, not for http on port 80.',
    });
    expect(refusal).not.toHaveProperty("manifestSnippet");
  });

  it("takes the exact route before a wildcard, and the longest wildcard", () => {
    const [wide, narrow, only] = [
      sampleRoute({ host: "*.example.com" }),
      sampleRoute({ host: "*.b.example.com" }),
      sampleRoute({ host: "a.b.example.com", matches: [sampleMatch({ paths: [exact("/only")] })] }),
    ];
    const nested = policyOf(wide, narrow, only);
    expect(decide(nested, { host: "x.example.com" })).toMatchObject({ route: wide });
    expect(decide(nested, { host: "x.b.example.com" })).toMatchObject({ route: narrow });
    expect(decide(nested, { host: "a.b.example.com", target: "/only" })).toMatchObject({ route: only });
    expect(codeOf(decide(nested, { host: "a.b.example.com" }))).toBe("no_match");
    expect(codeOf(decide(nested, { host: "example.com" }))).toBe("host_not_declared");
  });
});

describe("method and path", () => {
  const policy = policyOf(sampleRoute());

  it.each<[Partial<EgressRequest>, RefusalCode, number]>([
    [{ method: "TRACE" }, "method_not_allowed", 405],
    [{ method: "TRACK" }, "method_not_allowed", 405],
    [{ method: "CONNECT" }, "method_not_allowed", 405],
    [{ method: "trace" }, "method_not_allowed", 405],
    [{ method: "patch" }, "method_not_allowed", 405],
    [{ method: "" }, "method_not_allowed", 405],
    [{ method: "GET /" }, "method_not_allowed", 405],
    [{ headers: [["max-forwards", "0"]] }, "invalid_request", 400],
    [{ target: "*", method: "OPTIONS" }, "invalid_request", 400],
    [{ target: "" }, "invalid_request", 400],
    [{ target: "https://api.example.com/" }, "invalid_request", 400],
    [{ target: "/a?b=\u0000" }, "invalid_request", 400],
    [{ target: "/a?b c" }, "invalid_request", 400],
    [{ target: "/a#b" }, "invalid_request", 400],
    [{ target: "/a/../b" }, "ambiguous_path", 403],
    [{ target: "/a/%252e%252e/b" }, "ambiguous_path", 403],
    [{ target: "/a/..;/b?x=/y" }, "ambiguous_path", 403],
    [{ target: "/a%00" }, "ambiguous_path", 403],
  ])("refuses %j with %s, %i", (fields, code, status) => {
    expect(decide(policy, fields)).toMatchObject({ code, status, rule: "api.example.com:443" });
  });

  it("does not judge the query as a path", () => {
    expect(codeOf(decide(policy, { target: "/a?next=/../b&x=%2e%2e" }))).toBe("allow");
  });
});

describe("matches", () => {
  const policy = policyOf(
    sampleRoute({
      matches: [
        sampleMatch({ methods: ["GET"], paths: [prefix("/repos/acme")] }),
        sampleMatch({ methods: ["POST"], paths: [exact("/v1/x")] }),
      ],
    }),
  );

  it("allows what one entry allows, and says which", () => {
    expect(decide(policy, { method: "POST", target: "/v1/x?a=b" })).toMatchObject({
      outcome: "allow",
      explanation: [expect.anything(), 'Entry 2 of its matches holds: POST on exact "/v1/x".'],
    });
  });

  it.each<Partial<EgressRequest>>([
    { target: "/repos/acme-evil" },
    { target: "/repos/acme%2fx" },
    { target: "/repos/acme;x/y" },
    { target: "/repos%5cacme" },
    { target: "/v1/x" },
    { target: "/repos/acme", method: "POST" },
    { target: "/repos/acme", method: "HEAD" },
  ])("refuses %j", (fields) => {
    expect(codeOf(decide(policy, fields))).toBe("no_match");
  });

  it("explains every entry", () => {
    expect(decide(policy, { method: "POST", target: "/v1/y" })).toMatchObject({
      reason: 'No entry of the route\'s matches allows POST on "/v1/y".',
      explanation: [
        "Route api.example.com:443 (dev.md:3:5) covers the host.",
        'Entry 1 of its matches asks for another method: GET on prefix "/repos/acme".',
        'Entry 2 of its matches asks for another path: POST on exact "/v1/x".',
        'No entry of the route\'s matches allows POST on "/v1/y".',
      ],
    });
  });
});

describe("provider rules", () => {
  const provider = { provider: "claude", from: "provider claude" };
  const rules = [
    sampleRule(),
    sampleRule({
      kind: "quiet",
      matches: [sampleMatch({ paths: [prefix("/api/event_logging")] })],
      reason: "telemetry",
    }),
    sampleRule({ kind: "quiet", host: "telemetry.example", matches: [], reason: "telemetry" }),
  ];
  const withRoute = (route: EgressRoute): EgressPolicy => ({ routes: [route], providerRules: rules });
  const open = withRoute(sampleRoute(provider));
  const target = "/api/oauth/claude_cli/create_api_key";

  it("refuses a listed path of an open route, in every spelling", () => {
    for (const spelled of [
      target,
      "/api%2Foauth/x",
      "/API/OAUTH/x",
      "//api/oauth/x",
      "/api;a/oauth/x",
      "/api/%256fauth/x",
    ]) {
      expect(decide(open, { method: "POST", target: spelled })).toMatchObject({
        code: "provider_refused",
        status: 403,
        rule: "provider claude refused 1",
        quiet: false,
      });
    }
  });

  it("answers a quiet path with 404", () => {
    expect(decide(open, { method: "POST", target: "/api/event_logging/v2/batch" })).toMatchObject({
      code: "provider_quiet",
      status: 404,
      quiet: true,
    });
  });

  it("is quiet about a host that only a quiet rule names", () => {
    expect(decide(open, { host: "telemetry.example" })).toMatchObject({ code: "provider_quiet", quiet: true });
    expect(compilePolicy(open).refuseAuthority("telemetry.example", 443)).toMatchObject({
      code: "provider_quiet",
      status: 404,
      quiet: true,
    });
  });

  it("yields to a manifest route that names the path letter by letter, and to nothing less", () => {
    const [named, wide] = [exact(target), prefix("/api/oauth")].map((path) => [
      sampleMatch({ methods: ["POST"], paths: [path] }),
    ]);
    const ask = { method: "POST", target };
    expect(codeOf(decide(withRoute(sampleRoute({ matches: named ?? [] })), ask))).toBe("allow");
    const overridden = sampleRoute({ ...provider, from: "provider claude, dev.md:3:5", matches: named ?? [] });
    expect(codeOf(decide(withRoute(overridden), ask))).toBe("allow");
    expect(codeOf(decide(withRoute(sampleRoute({ matches: wide ?? [] })), ask))).toBe("provider_refused");
    expect(codeOf(decide(withRoute(sampleRoute({ ...provider, matches: named ?? [] })), ask))).toBe("provider_refused");
    expect(codeOf(decide(withRoute(sampleRoute({ matches: named ?? [] })), { target }))).toBe("provider_refused");
    expect(codeOf(decide(withRoute(sampleRoute()), ask))).toBe("provider_refused");
  });
});

describe("git", () => {
  const closed = policyOf(sampleRoute());
  const fetches = policyOf(sampleRoute({ git: { fetch: true } }));
  const advertised = "/acme/x.git/info/refs?service=git-upload-pack";

  it("lets fetch pass only with git.fetch", () => {
    expect(codeOf(decide(closed, { target: advertised }))).toBe("git_fetch");
    expect(codeOf(decide(closed, { method: "POST", target: "/acme/x.git/git-upload-pack" }))).toBe("git_fetch");
    expect(codeOf(decide(closed, { method: "POST", target: "/acme/x.git/info/lfs/objects/batch" }))).toBe("git_fetch");
    expect(codeOf(decide(fetches, { target: advertised }))).toBe("allow");
    expect(codeOf(decide(fetches, { method: "POST", target: "/acme/x.git/info/lfs/objects/batch" }))).toBe("allow");
  });

  it("asks `matches` as well", () => {
    const matches = [sampleMatch({ paths: [prefix("/acme")] })];
    const policy = policyOf(sampleRoute({ git: { fetch: true }, matches }));
    expect(codeOf(decide(policy, { target: advertised }))).toBe("allow");
    expect(codeOf(decide(policy, { target: "/other/x.git/info/refs?service=git-upload-pack" }))).toBe("no_match");
  });

  it.each<Partial<EgressRequest>>([
    { target: "/acme/x.git/info/refs?service=git-receive-pack" },
    { method: "POST", target: "/acme/x.git/git-receive-pack" },
    { method: "POST", target: "/acme/x.git%2Fgit-receive-pack" },
    { method: "POST", target: "/elsewhere", headers: [["content-type", "application/x-git-receive-pack-request"]] },
    { method: "PUT", target: "/acme/x.git/info/lfs/objects/abc" },
    { method: "POST", target: "/acme/x.git/info/lfs/locks" },
  ])("never lets a push pass: %j", (fields) => {
    const policy = policyOf(sampleRoute({ git: { fetch: true }, matches: [sampleMatch({ paths: [prefix("/")] })] }));
    expect(decide(policy, fields)).toMatchObject({
      code: "git_push",
      hint: expect.stringContaining("git-gate"),
    });
    expect(decide(policy, fields)).not.toHaveProperty("manifestSnippet");
  });
});

describe("WebSocket", () => {
  it("passes where the route matches, unless the route says no", () => {
    expect(decide(policyOf(sampleRoute()), WEBSOCKET)).toMatchObject({
      outcome: "allow",
      explanation: [expect.anything(), expect.anything(), "It allows WebSockets."],
    });
    expect(decide(policyOf(sampleRoute({ websocket: false })), WEBSOCKET)).toMatchObject({
      code: "websocket_refused",
      status: 426,
    });
    expect(codeOf(decide(policyOf(sampleRoute({ websocket: false })), { headers: [["upgrade", "h2c"]] }))).toBe(
      "allow",
    );
  });

  it("is answered 426 whatever refuses it", () => {
    const matches = [sampleMatch({ methods: ["POST"] })];
    const policy = { routes: [sampleRoute({ matches })], providerRules: [sampleRule()] };
    expect(decide(policy, WEBSOCKET)).toMatchObject({ code: "no_match", status: 426 });
    expect(decide(policy, { ...WEBSOCKET, target: "/api/oauth" })).toMatchObject({
      code: "provider_refused",
      status: 426,
    });
    expect(decide(policy, { ...WEBSOCKET, host: "x.example" })).toMatchObject({
      code: "host_not_declared",
      status: 426,
    });
  });
});

describe("compilePolicy", () => {
  const compiled = compilePolicy(policyOf(sampleRoute(), sampleRoute({ host: "*.example.net", port: 8443 })));

  it("judges an authority alone", () => {
    expect(compiled.refuseAuthority("api.example.com", 443)).toBeUndefined();
    expect(compiled.refuseAuthority("API.example.com.", 443)).toBeUndefined();
    expect(compiled.refuseAuthority("a.example.net", 8443)).toBeUndefined();
    expect(compiled.refuseAuthority("a.example.net", 443)).toMatchObject({ code: "host_not_declared" });
    expect(compiled.refuseAuthority("example.net", 8443)).toMatchObject({ code: "host_not_declared" });
    expect(compiled.refuseAuthority("127.1", 443)).toMatchObject({ code: "ip_literal" });
    expect(compiled.refuseAuthority("a b", 443)).toMatchObject({ code: "invalid_host" });
  });

  it("knows the declared names", () => {
    expect(compiled.declaresHost("api.example.com")).toBe(true);
    expect(compiled.declaresHost("Data.x.example.net.")).toBe(true);
    expect(compiled.declaresHost("example.net")).toBe(false);
    expect(compiled.declaresHost("127.0.0.1")).toBe(false);
  });

  it("throws for a policy that cannot be obeyed", () => {
    expect(() => compilePolicy(policyOf(sampleRoute({ host: "*" })))).toThrow(TypeError);
    expect(() => compilePolicy(policyOf(sampleRoute({ matches: [sampleMatch({ paths: [prefix("")] })] })))).toThrow(
      TypeError,
    );
  });

  it("never throws for a request, and allows only what a route declares", () => {
    const policy: EgressPolicy = {
      routes: [
        sampleRoute({ matches: [sampleMatch({ paths: [prefix("/v1")] })] }),
        sampleRoute({ host: "*.example.net" }),
      ],
      providerRules: [sampleRule()],
    };
    const text = anyText;
    const near = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
    const hostile = fc.record({
      method: fc.oneof(near("GET", "POST", "TRACE"), text),
      scheme: near<"https" | "http">("https", "http"),
      host: fc.oneof(near("api.example.com", "a.example.net", "example.net", "127.1"), text),
      port: near(443, 80, 8443),
      target: fc.oneof(
        near("/v1", "/v1/x", "/v1x", "/v1/../x", "/api/oauth"),
        text.map((path) => `/v1/${path}`),
        text,
      ),
      headers: fc.array(fc.tuple(near("upgrade", "content-type", "max-forwards", "cookie"), text)),
    });
    fc.assert(
      fc.property(hostile, (request) => {
        const decision = decideEgress(policy, request);
        expect(decision.explanation.length).toBeGreaterThan(0);
        for (const line of decision.explanation) expect(line).toMatch(/^[\x20-\x7e]*$/);
        if (decision.outcome === "refuse") return;
        expect(decision.route.port).toBe(request.port);
        expect(decision.route.scheme).toBe(request.scheme);
        const isExact = decision.route.host === "api.example.com";
        expect(`${request.host} ${request.target}`).toMatch(
          isExact ? /^api\.example\.com \/v1($|[/?])/i : /\.example\.net /i,
        );
      }),
      { numRuns: 1000 },
    );
  });
});
