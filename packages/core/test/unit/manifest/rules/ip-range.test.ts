import { describe, expect, it } from "@jest/globals";
import { isPrivateIpv4, parseWholeRange } from "../../../../src/manifest/rules/ip-range.ts";

describe("parseWholeRange", () => {
  it.each([
    "10.0.0.0/8",
    "10.1.2.3",
    "10.1.2.3/32",
    "10.1.2.128/25",
    "0.0.0.0/0",
    "fd00::/8",
    "fd12:3456::/32",
    "::/0",
  ])("takes %s", (text) => {
    expect(parseWholeRange(text)).toBeDefined();
  });

  it.each([
    "",
    "10.0.0.1/8",
    "10.1.2.129/25",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "fd00::1/8",
    "localhost",
    "10.0/8",
    "fe80::%1/64",
  ])("refuses %j", (text) => {
    expect(parseWholeRange(text)).toBeUndefined();
  });
});

describe("isPrivateIpv4", () => {
  it.each([
    ["10.203.0.0/16", true],
    ["172.16.0.0/12", true],
    ["192.168.4.0/24", true],
    ["172.16.0.0/11", false],
    ["11.0.0.0/16", false],
    ["0.0.0.0/0", false],
    ["fd00::/8", false],
  ])("%s: %p", (text, expected) => {
    const range = parseWholeRange(text);
    expect(range !== undefined && isPrivateIpv4(range)).toBe(expected);
  });
});
