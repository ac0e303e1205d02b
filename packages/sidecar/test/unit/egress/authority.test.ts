import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type Authority,
  hostHeaderOf,
  isSameAuthority,
  readHost,
  splitHostPort,
} from "../../../src/egress/authority.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));
const port = fc.integer({ min: 1, max: 65_535 });
const scheme = fc.constantFrom("https" as const, "http" as const);

describe("splitHostPort", () => {
  it("reads what it writes, and only one way", () => {
    fc.assert(
      fc.property(name, port, (host, number) => {
        expect(splitHostPort(`${host}:${number}`)).toEqual({ host, port: number });
        expect(splitHostPort(host)).toEqual({ host, port: undefined });
      }),
    );
  });

  it.each([
    "",
    ":443",
    "a:",
    "a:0",
    "a:65536",
    "a:443:443",
    "a:+443",
    "a: 443",
    "user@a",
    "a/b",
    "a?b",
    "a\\b",
    "[::1",
    "::1",
  ])("does not read %p", (text) => {
    expect(splitHostPort(text)).toBeUndefined();
  });

  it("never throws, and never gives a host with a separator in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(splitHostPort(text)?.host ?? "").not.toMatch(/[@/?#\s\\]/);
      }),
    );
  });
});

describe("isSameAuthority", () => {
  it("holds for an authority's own header, in any letters, with or without the default port", () => {
    fc.assert(
      fc.property(scheme, name, port, (s, host, number) => {
        const authority: Authority = { scheme: s, host, port: number };
        const header = hostHeaderOf(authority);
        expect(isSameAuthority(header, authority)).toBe(true);
        expect(isSameAuthority(header.toUpperCase(), authority)).toBe(true);
        expect(isSameAuthority(`${host}:${number}`, authority)).toBe(true);
      }),
    );
  });

  it("does not hold for anything else", () => {
    fc.assert(
      fc.property(name, fc.string(), label, (host, other, last) => {
        const authority: Authority = { scheme: "https", host, port: 443 };
        const read = readHost(splitHostPort(other)?.host ?? "");
        expect(isSameAuthority(other, authority)).toBe("host" in read && read.host === host);
        expect(isSameAuthority(`${host}.${last}`, authority)).toBe(false);
        expect(isSameAuthority(`${other}@${host}`, authority)).toBe(false);
      }),
    );
  });
});
