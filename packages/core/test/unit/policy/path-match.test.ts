import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compilePathMatch, compilePathRefusal, pathMatchProblem } from "../../../src/policy/path-match.ts";
import { readPath } from "../../../src/policy/path-readings.ts";
import type { PathMatch } from "../../../src/policy/route.ts";
import { anyText, exact, prefix, readable, regex } from "./samples.ts";

const allows = (match: PathMatch, path: string): boolean => compilePathMatch(match)(readable(path));
const refuses = (match: PathMatch, path: string): boolean => compilePathRefusal(match)(readable(path));

const segment = fc.stringMatching(/^[a-z0-9]{1,5}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
const type = fc.constantFrom("exact" as const, "prefix" as const, "regex" as const);

describe("compilePathMatch", () => {
  it.each<[PathMatch, string, boolean]>([
    [exact("/v1/messages"), "/v1/messages", true],
    [exact("/v1/messages"), "/v1/messages/", false],
    [exact("/v1/messages"), "/v1/Messages", false],
    [exact("/v1/messages"), "/v1//messages", false],
    [exact("/v1/messages"), "/v1/message%73", false],
    [exact("/v1/messages"), "/v1/messages;x", false],
    [exact("/"), "/", true],
    [exact("/a%2Fb"), "/a%2fb", true],
    [exact("/a%2Fb"), "/a/b", false],
    [exact("/a%2Fb"), "/a%252Fb", false],
    [prefix("/repos/acme"), "/repos/acme", true],
    [prefix("/repos/acme"), "/repos/acme/", true],
    [prefix("/repos/acme"), "/repos/acme/issues", true],
    [prefix("/repos/acme"), "/repos/acme-evil", false],
    [prefix("/repos/acme"), "/repos/acme%2devil", false],
    [prefix("/repos/acme"), "/repos/acme;/x", false],
    [prefix("/repos/acme"), "/repos/acme%2Fx", false],
    [prefix("/repos/acme"), "/repos/acme\\x", false],
    [prefix("/repos/acme"), "/repos//acme/x", false],
    [prefix("/repos/acme"), "/repos/acme//x", true],
    [prefix("/repos/acme"), "/repos/acme/a%2Fb", true],
    [prefix("/repos/acme"), "/repos/acme/a%3Fb", true],
    [prefix("/repos/acme/"), "/repos/acme/x", true],
    [prefix("/repos/acme/"), "/repos/acme", false],
    [prefix("/"), "/anything", true],
    [prefix("/projects/acme%2Fwidget"), "/projects/acme%2fwidget/issues", true],
    [prefix("/projects/acme%2Fwidget"), "/projects/acme/widget/issues", false],
    [prefix("/projects/acme%2Fwidget"), "/projects/acme%252Fwidget", false],
    [prefix("/projects/acme%2Fwidget"), "/projects/acme%2Fwidget-evil", false],
    [regex("/repos/acme/[^/]+"), "/repos/acme/x", true],
    [regex("/repos/acme/[^/]+"), "/repos/acme/x/y", false],
    [regex("/repos/acme/[^/]+"), "/repos/acme/x%2Fy", false],
    [regex("/repos/acme/[^/]+"), "/x/repos/acme/x", false],
    [regex("/repos/acme/.*/issues"), "/repos/acme/secret%3F/issues", false],
  ])("%j allows %s: %s", (match, target, expected) => {
    expect(allows(match, target)).toBe(expected);
  });

  it("exact matches the same path and no other", () => {
    fc.assert(
      fc.property(path, path, (value, other) => {
        expect(allows(exact(value), value)).toBe(true);
        expect(allows(exact(value), other)).toBe(other === value);
      }),
    );
  });

  it("prefix never crosses a segment border", () => {
    const glue = fc.string({ unit: fc.constantFrom("a", "-", ".", "~", "%2f", "%5c", "%25", "/", ";", "\\") });
    fc.assert(
      fc.property(path, glue, (value, rest) => {
        expect(allows(prefix(value), value)).toBe(true);
        expect(allows(prefix(value), `${value}/x`)).toBe(true);
        const read = readPath(`${value}${rest}`);
        if (read.kind === "refused" || rest === "") return;
        expect(compilePathMatch(prefix(value))(read)).toBe(rest.startsWith("/"));
      }),
      { numRuns: 500 },
    );
  });

  it("allows only what every reading of the request has in common with the value", () => {
    const hostile = fc.string({ unit: fc.constantFrom("a", "b", "/", "%2f", "%252F", ";", "\\", "%61", ".") });
    fc.assert(
      fc.property(path, hostile, fc.constantFrom("exact" as const, "prefix" as const), (value, rest, kind) => {
        const read = readPath(`${value}/${rest}`);
        if (read.kind === "refused" || !compilePathMatch({ type: kind, value })(read)) return;
        for (const reading of read.readings) expect(`${reading}/`.startsWith(`${value}/`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("asks every reading, not only the path as sent", () => {
    const path = { kind: "read", raw: "/a/x", readings: ["/a/x", "/b/x"] } as const;
    expect(compilePathMatch(prefix("/a"))(path)).toBe(false);
    expect(compilePathMatch(regex("/a/.*"))(path)).toBe(false);
    expect(compilePathMatch(prefix("/"))(path)).toBe(true);
  });

  it("throws for what the manifest should have refused", () => {
    expect(() => compilePathMatch(prefix("/a/../b"))).toThrow(TypeError);
    expect(() => compilePathMatch(regex("("))).toThrow(TypeError);
  });
});

describe("compilePathRefusal", () => {
  it.each<[PathMatch, string, boolean]>([
    [prefix("/api/oauth"), "/api/oauth/create_key", true],
    [prefix("/api/oauth"), "/api/oauth", true],
    [prefix("/api/oauth/"), "/api/oauth", true],
    [prefix("/api/oauth"), "/API/OAuth/create_key", true],
    [prefix("/api/oauth"), "/api%2Foauth/create_key", true],
    [prefix("/api/oauth"), "/api/%6fauth/x", true],
    [prefix("/api/oauth"), "/api/%256Fauth/x", true],
    [prefix("/api/oauth"), "//api//oauth/x", true],
    [prefix("/api/oauth"), "/api\\oauth\\x", true],
    [prefix("/api/oauth"), "/api;v=1/oauth;x/y", true],
    [prefix("/api/oauth"), "/api/oauth%3Fx", true],
    [prefix("/api/oauth"), "/api/oauthorize", false],
    [exact("/v1/files"), "/v1/files/", true],
    [exact("/v1/files"), "/v1/Files", true],
    [exact("/v1/files"), "/v1/files/a", false],
    [regex("/v1/(files|keys)"), "/v1/KEYS/", true],
    [regex("/v1/(files|keys)"), "/v1/%6beys", true],
    [regex("/v1/(files|keys)"), "/v1/models", false],
  ])("%j refuses %s: %s", (match, target, expected) => {
    expect(refuses(match, target)).toBe(expected);
  });

  it("refuses whatever the same condition would allow", () => {
    fc.assert(
      fc.property(path, path, type, (value, target, kind) => {
        const match: PathMatch = { type: kind, value };
        expect(refuses(match, target) || !allows(match, target)).toBe(true);
      }),
    );
  });
});

describe("pathMatchProblem", () => {
  it.each<[PathMatch, RegExp | undefined]>([
    [exact("/v1/x"), undefined],
    [prefix("/"), undefined],
    [regex("/v1/[a-z]+"), undefined],
    [exact("v1"), /slash/],
    [exact("/v1?x"), /percent-encoded/],
    [prefix("/a/../b"), /dot segment/],
    [prefix("/%zz"), /percent sign/],
    [regex("(?=x)"), /lookaround/],
  ])("%j: %s", (match, expected) => {
    const problem = pathMatchProblem(match);
    expect(expected === undefined ? problem === undefined : expected.test(problem ?? "")).toBe(true);
  });

  it("never throws, and says nothing exactly when the condition compiles", () => {
    fc.assert(
      fc.property(type, anyText, (kind, value) => {
        const match: PathMatch = { type: kind, value };
        let hasThrown = false;
        try {
          compilePathMatch(match);
          compilePathRefusal(match);
        } catch {
          hasThrown = true;
        }
        expect(pathMatchProblem(match) !== undefined).toBe(hasThrown);
      }),
    );
  });
});
