import fc from "fast-check";
import type { EgressRequest } from "../../../src/policy/decision.ts";
import type { ReadablePath } from "../../../src/policy/path-match.ts";
import { readPath } from "../../../src/policy/path-readings.ts";
import type { EgressRoute, PathMatch, ProviderRule, RequestMatch } from "../../../src/policy/route.ts";

export function sampleRoute(fields: Partial<EgressRoute> = {}): EgressRoute {
  const host = fields.host ?? "api.example.com";
  const port = fields.port ?? 443;
  return {
    id: `${host}:${port}`,
    host,
    port,
    scheme: port === 80 ? "http" : "https",
    from: "dev.md:3:5",
    agentCredentials: false,
    matches: [],
    git: { fetch: false },
    websocket: true,
    allowPrivate: [],
    ...fields,
  };
}

export function sampleMatch(fields: Partial<RequestMatch> = {}): RequestMatch {
  return { paths: [], methods: [], headers: [], ...fields };
}

export const exact = (value: string): PathMatch => ({ type: "exact", value });
export const prefix = (value: string): PathMatch => ({ type: "prefix", value });
export const regex = (value: string): PathMatch => ({ type: "regex", value });

export function sampleRequest(fields: Partial<EgressRequest> = {}): EgressRequest {
  return {
    method: "GET",
    scheme: "https",
    host: "api.example.com",
    port: 443,
    target: "/v1/things",
    headers: [],
    ...fields,
  };
}

export function sampleRule(fields: Partial<ProviderRule> = {}): ProviderRule {
  return {
    provider: "claude",
    kind: "refused",
    host: "api.example.com",
    matches: [sampleMatch({ paths: [prefix("/api/oauth")] })],
    reason: "can mint an API key",
    ...fields,
  };
}

export function readable(path: string): ReadablePath {
  const read = readPath(path);
  if (read.kind === "refused") throw new Error(`${path}: ${read.why}`);
  return read;
}

/** Any code points, lone surrogates too, half of them printable ASCII. The `binary` unit of fast-check costs 2 s to build. */
export const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0, max: 0x10ffff })), { maxLength: 40 })
  .map((codes) => String.fromCodePoint(...codes));
