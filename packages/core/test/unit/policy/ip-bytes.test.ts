import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hasPrefix, parseIp, parseIpRange } from "../../../src/policy/ip-bytes.ts";

const V4 = /^[0-9.]+$/;

describe("parseIp", () => {
  it("reads ordinary spellings", () => {
    expect(parseIp("10.0.0.255")).toEqual([10, 0, 0, 255]);
    expect(parseIp("::")).toEqual(new Array(16).fill(0));
    expect(parseIp("1:2:3:4:5:6:7:8")).toEqual([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]);
    expect(parseIp("fe80::abcd")?.slice(-2)).toEqual([0xab, 0xcd]);
    expect(parseIp("::ffff:1.2.3.4")?.slice(-6)).toEqual([255, 255, 1, 2, 3, 4]);
    expect(parseIp("64:ff9b::")?.slice(0, 4)).toEqual([0, 0x64, 0xff, 0x9b]);
  });

  it.each(["", "1.2.3", "01.2.3.4", "256.1.1.1", "[::1]", "fe80::1%eth0", "1::2::3", "1.2.3.4 ", "::g", "localhost"])(
    "refuses %j",
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );

  it("gives 4 or 16 bytes, those of the address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes = parseIp(text);
        expect(bytes?.length).toBe(V4.test(text) ? 4 : 16);
        expect(bytes?.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true);
      }),
    );
  });

  it("reads IPv6 as the URL parser does", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        expect(parseIp(canonical)).toEqual(parseIp(text));
      }),
    );
  });
});

describe("parseIpRange", () => {
  it("reads addresses and ranges", () => {
    expect(parseIpRange("10.0.0.0/8")).toEqual({ base: [10, 0, 0, 0], bits: 8 });
    expect(parseIpRange("10.0.0.1")).toEqual({ base: [10, 0, 0, 1], bits: 32 });
    expect(parseIpRange("::1")?.bits).toBe(128);
    expect(parseIpRange("::ffff:10.0.0.0/104")).toEqual({ base: [10, 0, 0, 0], bits: 8 });
  });

  it.each(["", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "a/8"])(
    "refuses %j",
    (text) => {
      expect(parseIpRange(text)).toBeUndefined();
    },
  );
});

describe("hasPrefix", () => {
  it.each([
    ["10.203.0.5", "10.203.0.0/28", true],
    ["10.203.0.16", "10.203.0.0/28", false],
    ["100.96.0.3", "100.96.0.0/30", true],
    ["100.96.0.4", "100.96.0.0/30", false],
    ["8.8.8.8", "0.0.0.0/0", true],
    ["fdff::1", "fc00::/7", true],
    ["fe00::1", "fc00::/7", false],
    ["::1", "0.0.0.0/0", false],
    ["10.1.2.3", "10.9.9.9/8", true],
  ])("%s in %s: %s", (address, range, expected) => {
    const parsed = parseIpRange(range);
    expect(parsed && hasPrefix(parseIp(address) ?? [], parsed)).toBe(expected);
  });
});
