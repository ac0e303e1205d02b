import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  credentialHeaderValue,
  foreignCredential,
  injectCredential,
  stripRequestHeaders,
} from "../../../src/policy/credentials.ts";
import type { HeaderList } from "../../../src/policy/request-match.ts";
import type { RouteAuth } from "../../../src/policy/route.ts";
import { sampleRoute } from "./samples.ts";

const bearer: RouteAuth = {
  scheme: "Bearer",
  header: "authorization",
  secret: { source: "env", name: "TOKEN" },
  placeholder: "sk-placeholder",
  wildcard: false,
};
const apiKey: RouteAuth = { ...bearer, scheme: undefined, header: "x-api-key" };
const plain = sampleRoute();
const injecting = sampleRoute({ auth: bearer });
const agents = sampleRoute({ agentCredentials: true });

const CARRIERS = ["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key", "private-token", "job-token", "x-auth-token", "x-amz-security-token"]; // prettier-ignore
const OVERRIDES = ["x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-original-host", "x-rewrite-url", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]; // prettier-ignore
const HOPS = ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "http2-settings"];

const lines = (names: readonly string[]): HeaderList => names.map((name) => [name, "evil"] as const);
const namesOf = (headers: HeaderList): string[] => headers.map(([name]) => name);

describe("stripRequestHeaders", () => {
  const KEPT: HeaderList = [
    ["host", "api.example.com"],
    ["accept", "*/*"],
    ["accept", "text/html"],
    ["content-length", "3"],
    ["x-custom", "1"],
  ];

  it("removes every carrier, override and hop-by-hop header and keeps the rest in order", () => {
    for (const route of [plain, injecting]) {
      expect(stripRequestHeaders(route, [...lines(CARRIERS), ...KEPT, ...lines(OVERRIDES), ...lines(HOPS)])).toEqual(
        KEPT,
      );
    }
  });

  it("keeps the agent's own credentials where the route says so, and still no override", () => {
    const own = CARRIERS.filter((name) => !name.startsWith("proxy-"));
    expect(namesOf(stripRequestHeaders(agents, [...lines(CARRIERS), ...lines(OVERRIDES), ...lines(HOPS)]))).toEqual(
      own,
    );
  });

  it("keeps none of them beside an injected one", () => {
    const both = sampleRoute({ auth: apiKey, agentCredentials: true });
    expect(stripRequestHeaders(both, lines(CARRIERS))).toEqual([]);
  });

  it("removes a header of the route's own, whatever it is called", () => {
    const odd = sampleRoute({ auth: { ...apiKey, header: "x-odd" } });
    expect(stripRequestHeaders(odd, [["x-odd", "a"], ["X_Odd", "b"]])).toEqual([]); // prettier-ignore
  });

  it("sees underscores and case as servers do", () => {
    expect(stripRequestHeaders(plain, lines(["X_API_KEY", "X_Forwarded_For", "Proxy_Authorization"]))).toEqual([]);
  });

  it("obeys Connection, but not for headers that frame the message", () => {
    const headers: HeaderList = [
      ["connection", "x-custom, host, content-length, X-Secret"],
      ...KEPT,
      ["x-secret", "1"],
    ];
    expect(namesOf(stripRequestHeaders(plain, headers))).toEqual(["host", "accept", "accept", "content-length"]);
  });

  it("writes a WebSocket upgrade anew, and no other", () => {
    const upgrade = (value: string): HeaderList => [["connection", "keep-alive, Upgrade"], ["upgrade", value]]; // prettier-ignore
    const rewritten = [["connection", "Upgrade"], ["upgrade", "websocket"]]; // prettier-ignore
    expect(stripRequestHeaders(plain, upgrade("WebSocket"))).toEqual(rewritten);
    expect(stripRequestHeaders(plain, upgrade("h2c, websocket"))).toEqual(rewritten);
    expect(stripRequestHeaders(plain, upgrade("h2c"))).toEqual([]);
    expect(stripRequestHeaders(sampleRoute({ websocket: false }), upgrade("websocket"))).toEqual([]);
  });

  it("keeps `TE: trailers` only", () => {
    expect(stripRequestHeaders(plain, [["te", "trailers, deflate"]])).toEqual([["te", "trailers"]]);
    expect(stripRequestHeaders(plain, [["te", "gzip"]])).toEqual([]);
  });

  it("removes credentials that hide among the subprotocols of a WebSocket", () => {
    const offer: HeaderList = [["sec-websocket-protocol", "realtime, openai-insecure-api-key.sk-evil"]];
    expect(stripRequestHeaders(plain, offer)).toEqual([["sec-websocket-protocol", "realtime"]]);
    expect(stripRequestHeaders(plain, [["sec-websocket-protocol", "base64url.bearer.authorization.k8s.io.x"]])).toEqual(
      [],
    );
    expect(stripRequestHeaders(agents, offer)).toEqual(offer);
  });

  it("drops pseudo headers", () => {
    expect(stripRequestHeaders(plain, [[":authority", "evil.example"], [":method", "GET"]])).toEqual([]); // prettier-ignore
  });
});

describe("injectCredential", () => {
  it("puts the credential on in the route's form", () => {
    expect(injectCredential(injecting, [["accept", "*/*"]], "s3")).toEqual([["accept", "*/*"], ["authorization", "Bearer s3"]]); // prettier-ignore
    expect(injectCredential(sampleRoute({ auth: { ...bearer, scheme: "token" } }), [], "s3")).toEqual([["authorization", "token s3"]]); // prettier-ignore
    expect(injectCredential(sampleRoute({ auth: { ...bearer, scheme: "Basic" } }), [], "u:pä")).toEqual([["authorization", "Basic dTpww6Q="]]); // prettier-ignore
    expect(injectCredential(sampleRoute({ auth: apiKey }), [], "s3")).toEqual([["x-api-key", "s3"]]);
  });

  it("replaces what stands in its header", () => {
    expect(injectCredential(injecting, lines(["authorization", "Authorization"]), "s3")).toEqual([["authorization", "Bearer s3"]]); // prettier-ignore
  });

  it("never puts a credential on cleartext, nor on a wildcard host unasked", () => {
    const evil = lines(["authorization"]);
    expect(injectCredential(sampleRoute({ port: 80, auth: bearer }), evil, "s3")).toEqual([]);
    expect(injectCredential(sampleRoute({ port: 8080, scheme: "http", auth: bearer }), evil, "s3")).toEqual([]);
    expect(injectCredential(sampleRoute({ host: "*.example.com", auth: bearer }), evil, "s3")).toEqual([]);
    const asked = sampleRoute({ host: "*.example.com", auth: { ...bearer, wildcard: true } });
    expect(injectCredential(asked, evil, "s3")).toEqual([["authorization", "Bearer s3"]]);
  });

  it("changes nothing on a route without auth", () => {
    expect(injectCredential(plain, [["a", "b"]], "s3")).toEqual([["a", "b"]]);
  });

  it.each(["", "a\nb", "a\r\nx-evil: 1", "a\u0000", "a\n", " a", "ä"])(
    "throws for the secret %j without showing it",
    (secret) => {
      expect(() => injectCredential(sampleRoute({ auth: apiKey }), [], secret)).toThrow(
        new TypeError('the secret for the header "x-api-key" is empty or cannot stand in a header'),
      );
    },
  );

  it("leaves exactly one credential on a request, the route's own", () => {
    const name = fc.constantFrom(...CARRIERS, ...OVERRIDES, ...HOPS, "accept", "X_Api_Key", "AUTHORIZATION");
    const value = fc.constantFrom(
      "evil",
      "authorization",
      "x-api-key, websocket",
      "websocket",
      "trailers",
      "content-length",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom(bearer, apiKey), (headers, auth) => {
        const route = sampleRoute({ auth });
        const sent = injectCredential(route, stripRequestHeaders(route, headers), "s3");
        const names = namesOf(sent).map((sentName) => sentName.toLowerCase().replaceAll("_", "-"));
        expect(names.filter((sentName) => CARRIERS.includes(sentName))).toEqual([auth.header]);
        expect(names.filter((sentName) => OVERRIDES.includes(sentName))).toEqual([]);
        expect(sent.find(([sentName]) => sentName === auth.header)?.[1]).toBe(credentialHeaderValue(auth, "s3"));
      }),
    );
  });
});

describe("foreignCredential", () => {
  it("lets the placeholder pass, exactly and only in its header", () => {
    expect(foreignCredential(injecting, [["authorization", "Bearer sk-placeholder"]])).toBeUndefined();
    expect(foreignCredential(injecting, [["authorization", "bearer sk-placeholder"]])).toBeUndefined();
    expect(foreignCredential(injecting, [["accept", "*/*"]])).toBeUndefined();
    expect(foreignCredential(sampleRoute({ auth: apiKey }), [["x-api-key", "sk-placeholder"]])).toBeUndefined();
    const basic = sampleRoute({ auth: { ...bearer, scheme: "Basic", placeholder: "u:p" } });
    expect(foreignCredential(basic, [["authorization", "Basic dTpw"]])).toBeUndefined();
  });

  it.each([
    "Bearer sk-attacker",
    "Bearer sk-placeholder ",
    "Bearer  sk-placeholder",
    "Bearer sk-placeholder2",
    "Bearer sk-placeholde",
    "Bearer SK-PLACEHOLDER",
    "Bearer sk-placeholder, Bearer sk-attacker",
    "Basic sk-placeholder",
    "sk-placeholder",
    "Bearer",
    "",
  ])("finds %j foreign", (value) => {
    expect(foreignCredential(injecting, [["authorization", value]])).toBe("authorization");
  });

  it("looks at every line, and at every spelling of the name", () => {
    const good = ["authorization", "Bearer sk-placeholder"] as const;
    expect(foreignCredential(injecting, [good, ["authorization", "Bearer x"]])).toBe("authorization");
    expect(foreignCredential(sampleRoute({ auth: apiKey }), [["x_api_key", "sk-placeholder"]])).toBe("x_api_key");
  });

  it("has nothing to say without a placeholder", () => {
    expect(
      foreignCredential(sampleRoute({ auth: { ...bearer, placeholder: undefined } }), lines(["authorization"])),
    ).toBeUndefined();
    expect(foreignCredential(plain, lines(["authorization"]))).toBeUndefined();
  });

  it("passes nothing but the placeholder", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const isExpected = text === "sk-placeholder";
        expect(foreignCredential(injecting, [["authorization", `Bearer ${text}`]]) === undefined).toBe(isExpected);
      }),
    );
  });
});
