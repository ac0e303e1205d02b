import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type AddressRules, type AddressVerdict, checkAddress } from "../../../src/policy/address.ts";
import { anyText } from "./samples.ts";

const EVERYTHING = ["0.0.0.0/0", "::/0"];
const strict: AddressRules = { allowPrivate: [], forbidden: [] };
const widest: AddressRules = { allowPrivate: EVERYTHING, forbidden: [] };

const codeOf = (verdict: AddressVerdict): string => (verdict.outcome === "allow" ? "allow" : verdict.code);
const check = (address: string, rules: AddressRules = strict): string => codeOf(checkAddress(address, rules));

const hex = (...bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/(.{4})(?=.)/g, "$1:"); // prettier-ignore
const [invertByte] = [(byte: number): number => byte ^ 0xff];

type Ipv4 = readonly [number, number, number, number];

/** Every IPv6 form that carries an IPv4 address. */
const EMBEDDINGS: Readonly<Record<string, (ipv4: Ipv4) => string>> = {
  "v4-mapped": (ip) => `::ffff:${ip.join(".")}`,
  "v4-compatible": (ip) => `::${hex(...ip)}`,
  "translated (SIIT)": (ip) => `::ffff:0:${ip.join(".")}`,
  NAT64: (ip) => `64:ff9b::${ip.join(".")}`,
  "local NAT64 /96": (ip) => `64:ff9b:1::${ip.join(".")}`,
  "local NAT64 /96 in a subnet": (ip) => `64:ff9b:1:5:6:7:${hex(...ip)}`,
  "local NAT64 /48": ([a, b, c, d]) => `64:ff9b:1:${hex(a, b)}:${hex(0, c)}:${hex(d, 0)}:0:0`,
  "local NAT64 /56": ([a, b, c, d]) => `64:ff9b:1:${hex(7, a)}:${hex(0, b)}:${hex(c, d)}:0:0`,
  "local NAT64 /64": ([a, b, c, d]) => `64:ff9b:1:707:${hex(0, a)}:${hex(b, c)}:${hex(d, 0)}:0`,
  "6to4": (ip) => `2002:${hex(...ip)}::1`,
  "Teredo client": (ip) => `2001:0:808:808:0:0:${hex(...ip.map(invertByte))}`,
  "Teredo server": (ip) => `2001:0:${hex(...ip)}:0:0:f7f7:f7f7`,
  ISATAP: (ip) => `2a00:1450:4001:800:0:5efe:${hex(...ip)}`,
  "ISATAP, global bit": (ip) => `2a00:1450:4001:800:200:5efe:${hex(...ip)}`,
};
const embeddings = Object.entries(EMBEDDINGS);

const NEVER: readonly (readonly [string, Ipv4, number])[] = [
  ["unspecified", [0, 0, 0, 0], 8],
  ["loopback", [127, 0, 0, 0], 8],
  ["link-local", [169, 254, 0, 0], 16],
  ["Azure metadata", [168, 63, 129, 16], 32],
  ["Alibaba metadata", [100, 100, 100, 200], 32],
  ["protocol assignments", [192, 0, 0, 0], 24],
  ["smolvm gateway", [100, 96, 0, 0], 30],
  ["multicast", [224, 0, 0, 0], 4],
  ["reserved", [240, 0, 0, 0], 4],
];

function anyOf([, base, bits]: (typeof NEVER)[number]): fc.Arbitrary<Ipv4> {
  return fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((random) => {
    const byte = (index: 0 | 1 | 2 | 3): number => {
      const fixed = Math.min(8, Math.max(0, bits - index * 8));
      const mask = (0xff << (8 - fixed)) & 0xff;
      return (base[index] & mask) | (random[index] & ~mask & 0xff);
    };
    return [byte(0), byte(1), byte(2), byte(3)];
  });
}

describe("checkAddress", () => {
  it.each(["8.8.8.8", "1.1.1.1", "100.128.0.1", "172.32.0.1", "192.0.1.1", "168.63.129.17", "2606:4700::1111"])(
    "lets the public %s pass",
    (address) => {
      expect(check(address)).toBe("allow");
    },
  );

  it.each(NEVER)("never reaches %s, in no form and whatever allow_private says", (...kind) => {
    fc.assert(
      fc.property(anyOf(kind), fc.constantFrom(strict, widest), (ipv4, rules) => {
        expect(check(ipv4.join("."), rules)).toBe("blocked_address");
        for (const [, embed] of embeddings) expect(check(embed(ipv4), rules)).toBe("blocked_address");
      }),
    );
  });

  it.each([
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "FD00:0EC2::0254",
    "100::1",
    "2001:2::1",
    "2001:20::1",
    "4000::1",
    "::2",
  ])("never reaches %s", (address) => {
    expect(check(address, widest)).toBe("blocked_address");
  });

  it.each([
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.96.0.4",
    "100.100.100.201",
    "198.18.0.1",
    "203.0.113.9",
    "fc00::1",
    "fd12:3456::1",
    "2001:db8::1",
  ])("reaches the private %s only when it is listed", (address) => {
    expect(check(address)).toBe("private_address");
    expect(check(address, { allowPrivate: ["10.9.0.0/16", "fd99::/16"], forbidden: [] })).toBe("private_address");
    expect(check(address, { allowPrivate: [address], forbidden: [] })).toBe("allow");
    expect(check(address, widest)).toBe("allow");
  });

  it("blocks local NAT64 forms that end in zeros, which may be padding", () => {
    expect(check("64:ff9b:1:5db8:d8:2200::")).toBe("blocked_address");
    expect(check("64:ff9b:1:75d:b8:d822::", widest)).toBe("blocked_address");
    expect(check("64:ff9b:1:707:5d:b8d8:2200:0")).toBe("allow");
  });

  it.each(embeddings.filter(([form]) => !/48|56/.test(form)))("judges %s by the IPv4 address inside", (_, embed) => {
    expect(check(embed([10, 1, 2, 3]))).toBe("private_address");
    expect(check(embed([10, 1, 2, 3]), { allowPrivate: ["10.1.2.3"], forbidden: [] })).toMatch(/allow|private_address/);
    expect(check(embed([10, 1, 2, 3]), { allowPrivate: ["10.0.0.0/8"], forbidden: ["10.1.2.0/24"] })).toBe(
      "blocked_address",
    );
    expect(check(embed([93, 184, 216, 34]))).toBe("allow");
  });

  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["10.203.0.3", "10.203.0.0/28"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["203.0.113.7", "::ffff:203.0.113.7"],
    ["8.8.8.8", "8.8.8.8"],
    ["2606:4700::1111", "2606:4700::/32"],
    ["2002:808:808::1", "8.8.8.8"],
    ["64:ff9b::8.8.8.8", "64:ff9b::/96"],
    ["fd12::1", "fd12::1%eth0"],
  ])("never reaches %s when %s is the host's", (address, forbidden) => {
    expect(check(address, { allowPrivate: EVERYTHING, forbidden: [forbidden] })).toBe("blocked_address");
  });

  it("ignores what it cannot read in allowPrivate, and throws for it in forbidden", () => {
    expect(check("10.0.0.1", { allowPrivate: ["10.0.0.0/", "*", "10.*"], forbidden: [] })).toBe("private_address");
    expect(() => check("8.8.8.8", { allowPrivate: [], forbidden: ["gateway"] })).toThrow(TypeError);
  });

  it.each([
    ["::1", "loopback"],
    ["127.0.0.1", "loopback"],
    ["fe80::1", "link-local"],
    ["fd00:ec2::254", "cloud metadata"],
    ["::ffff:169.254.169.254", "link-local"],
    ["4000::1", "reserved"],
  ])("calls %s %s", (address, kind) => {
    expect(checkAddress(address, widest)).toMatchObject({
      reason: `The name resolves to a ${kind} address, which is never reached.`,
    });
  });

  it("names the kind and never the address", () => {
    expect(checkAddress("10.1.2.3", strict)).toMatchObject({ reason: expect.not.stringContaining("10.1") });
  });

  it("blocks whatever is not an address, and never throws for one", () => {
    expect(check("127.1")).toBe("blocked_address");
    expect(check("fe80::1%eth0")).toBe("blocked_address");
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(!/^[0-9a-f:.]+$/i.test(text));
        expect(check(text, widest)).toBe("blocked_address");
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(["allow", "blocked_address", "private_address"]).toContain(check(text));
      }),
    );
  });
});
