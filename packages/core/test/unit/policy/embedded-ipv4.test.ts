import { describe, expect, it } from "@jest/globals";
import { embeddedIpv4 } from "../../../src/policy/embedded-ipv4.ts";
import { parseIp } from "../../../src/policy/ip-bytes.ts";

const inner = (text: string): string[] => embeddedIpv4(parseIp(text) ?? []).inner.map((bytes) => bytes.join("."));

describe("embeddedIpv4", () => {
  it.each([
    ["8.8.8.8", []],
    ["::", []],
    ["::1", []],
    ["2a00:1450::1", []],
    ["::7f00:1", ["127.0.0.1"]],
    ["::ffff:7f00:1", ["127.0.0.1"]],
    ["::ffff:0:7f00:1", ["127.0.0.1"]],
    ["64:ff9b::7f00:1", ["127.0.0.1"]],
    ["64:ff9b:1::7f00:1", ["127.0.0.1"]],
    ["64:ff9b:1:7f00:0:100::", ["127.0.0.1", "0.0.1.0", "0.1.0.0", "0.0.0.0"]],
    ["2002:7f00:1::", ["127.0.0.1"]],
    ["2001:0:7f00:1::80ff:fffe", ["127.0.0.1", "127.0.0.1"]],
    ["fe80::5efe:7f00:1", ["127.0.0.1"]],
    ["2002:a00:1::200:5efe:7f00:1", ["10.0.0.1", "127.0.0.1"]],
  ])("finds in %s: %j", (text, expected) => {
    expect(inner(text)).toEqual(expected);
  });

  it("says when the form means nothing itself", () => {
    expect(embeddedIpv4(parseIp("::ffff:8.8.8.8") ?? []).isCarrierOnly).toBe(true);
    expect(embeddedIpv4(parseIp("2002:808:808::") ?? []).isCarrierOnly).toBe(false);
  });
});
