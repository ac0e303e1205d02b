import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hostMatches, normalizeHost, parseHostPattern } from "../../../src/policy/host-pattern.ts";
import { anyText } from "./samples.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));

describe("normalizeHost", () => {
  it.each([
    ["example.com", "example.com"],
    ["EXAMPLE.Com.", "example.com"],
    ["münchen.de", "xn--mnchen-3ya.de"],
    ["XN--MNCHEN-3YA.de", "xn--mnchen-3ya.de"],
    ["exam\u00adple.com", "example.com"],
    ["example。com", "example.com"],
    ["ｅｘａｍｐｌｅ.com", "example.com"],
    ["my_bucket.example.com", "my_bucket.example.com"],
    ["localhost", "localhost"],
  ])("brings %j to one spelling", (text, host) => {
    expect(normalizeHost(text)).toEqual({ kind: "name", host });
  });

  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1.", "127.0.0.1"],
    ["127.1", "127.0.0.1"],
    ["0x7f.1", "127.0.0.1"],
    ["0x7f000001", "127.0.0.1"],
    ["017700000001", "127.0.0.1"],
    ["0177.0.0.01", "127.0.0.1"],
    ["2130706433", "127.0.0.1"],
    ["0", "0.0.0.0"],
    ["１２７.0.0.1", "127.0.0.1"],
    ["①②⑦.0.0.1", "127.0.0.1"],
    ["127。0。0。1", "127.0.0.1"],
    ["[::1]", "::1"],
    ["::1", "::1"],
    ["[::ffff:169.254.169.254]", "::ffff:a9fe:a9fe"],
    ["[fe80::1%eth0]", "fe80::1"],
    ["fe80::1%25eth0", "fe80::1"],
    ["［：：１］", "::1"],
  ])("sees an address in %j", (text, address) => {
    expect(normalizeHost(text)).toEqual({ kind: "ip", address });
  });

  it.each([
    "",
    ".",
    "..",
    "a..b",
    ".example.com",
    "example.com..",
    "1.2.3.4.5",
    "256.1.1.1",
    "foo.0x10",
    "user@example.com",
    "example.com:443",
    "example.com/x",
    "example.com\\x",
    "example.com?x",
    "example.com#x",
    "ex%61mple.com",
    "127%2e0.0.1",
    "exa mple.com",
    "exa\tmple.com",
    "example.com\n",
    "example.com\u0000",
    "a／b.com",
    "a＠b.com",
    "*.example.com",
    "-a.example.com",
    "a-.example.com",
    "a,b.example.com",
    "xn--a",
    "[::1",
    "[::1]:443",
    "[v1.x]",
    `${"a".repeat(64)}.com`,
    `${"abcdefg.".repeat(32)}com`,
    "a".repeat(100_000),
  ])("refuses %j", (text) => {
    expect(normalizeHost(text).kind).toBe("invalid");
  });

  it("never throws, and gives names of one spelling only", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.webAuthority(), fc.domain()), (text) => {
        const result = normalizeHost(text);
        if (result.kind !== "name") return;
        expect(result.host).toMatch(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/);
        expect(normalizeHost(result.host)).toEqual(result);
      }),
    );
  });

  it("sees every spelling of an IPv4 address", () => {
    const spelling = fc.constantFrom(10, 8, 16);
    const spell = (value: number, radix: number): string =>
      radix === 16 ? `0x${value.toString(16)}` : radix === 8 ? `0${value.toString(8)}` : String(value);
    const wide = (text: string): string =>
      text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
        fc.array(spelling, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (bytes, radices, parts, isWide) => {
          const tail = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
          const numbers = [...bytes.slice(0, parts - 1), tail];
          const text = numbers.map((value, index) => spell(value, radices[index] ?? 10)).join(".");
          const spelled = isWide ? wide(text) : text;
          expect(normalizeHost(spelled)).toEqual({ kind: "ip", address: bytes.join(".") });
        },
      ),
    );
  });
});

describe("parseHostPattern", () => {
  it("reads exact hosts and wildcards", () => {
    expect(parseHostPattern("API.Example.com.")).toEqual({
      kind: "exact",
      pattern: "api.example.com",
      base: "api.example.com",
    });
    expect(parseHostPattern("*.Example.com")).toEqual({
      kind: "wildcard",
      pattern: "*.example.com",
      base: "example.com",
    });
  });

  it.each([
    "*",
    "*.",
    "*.com",
    "*.*.com",
    "a*.example.com",
    "*a.example.com",
    "*.1.2.3.4",
    "127.1",
    "[::1]",
    "a.*.com",
  ])("refuses %j", (text) => {
    expect(parseHostPattern(text).kind).toBe("invalid");
  });

  it("says where a `*` may stand", () => {
    expect(parseHostPattern("a.*.com")).toMatchObject({ why: expect.stringContaining("`*.example.com`") });
  });

  it("never throws", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, isWildcard) => {
        expect(["exact", "wildcard", "invalid"]).toContain(parseHostPattern(isWildcard ? `*.${text}` : text).kind);
      }),
    );
  });
});

describe("hostMatches", () => {
  it("matches one or more labels below a wildcard, and not its apex", () => {
    expect(hostMatches("*.example.com", "a.example.com")).toBe(true);
    expect(hostMatches("*.example.com", "a.b.example.com")).toBe(true);
    expect(hostMatches("*.example.com", "example.com")).toBe(false);
    expect(hostMatches("*.example.com", ".example.com")).toBe(false);
    expect(hostMatches("*.example.com", "evilexample.com")).toBe(false);
    expect(hostMatches("*.example.com", "a.example.com.evil.net")).toBe(false);
    expect(hostMatches("example.com", "a.example.com")).toBe(false);
    expect(hostMatches("example.com", "example.com")).toBe(true);
  });

  it("never matches another host", () => {
    fc.assert(
      fc.property(name, name, fc.option(label), (base, other, extra) => {
        expect(hostMatches(base, other)).toBe(base === other);
        const host = extra === null ? other : `${extra}.${base}`;
        const isBelow = host.split(".").slice(1).join(".") === base || host.endsWith(`.${base}`);
        expect(hostMatches(`*.${base}`, host)).toBe(isBelow);
        expect(hostMatches(`*.${base}`, `${extra ?? "x"}${base}`)).toBe(false);
      }),
    );
  });
});
