import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  addressAt,
  type Cidr,
  formatCidr,
  overlaps,
  parseCidr,
  slotAt,
  slotCount,
  SlotPicker,
} from "../../src/subnets.ts";

const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new TypeError(text);
  return parsed;
};

describe("parseCidr", () => {
  it("cuts off what is behind the prefix", () => {
    expect(formatCidr(cidr("10.203.7.9/16"))).toBe("10.203.0.0/16");
    expect(formatCidr(cidr("0.0.0.0/0"))).toBe("0.0.0.0/0");
    expect(formatCidr(cidr("255.255.255.255/32"))).toBe("255.255.255.255/32");
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.0/8/8",
    "::1/64",
    "10.0.0.0/-1",
    "010.0.0.0/8",
    "1.2.3.4/08",
  ])("refuses %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe("overlaps", () => {
  it("is true for ranges that share an address, and the same both ways", () => {
    const range = fc.record({ base: fc.integer({ min: 0, max: 0xffff }), prefix: fc.integer({ min: 16, max: 32 }) });
    const normal = ({ base, prefix }: Cidr): Cidr => cidr(formatCidr({ base: 0x0acb0000 + base, prefix }));
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [x, y] = [normal(a), normal(b)];
        const size = (one: Cidr): number => 2 ** (32 - one.prefix);
        const shared = Math.min(x.base + size(x), y.base + size(y)) > Math.max(x.base, y.base);
        expect(overlaps(x, y)).toBe(shared);
        expect(overlaps(y, x)).toBe(shared);
      }),
    );
  });
});

describe("SlotPicker", () => {
  it("hands out every free /28 of a pool once, and none that is taken", () => {
    const pool = cidr("10.9.0.0/24");
    const used = [cidr("10.9.0.16/28"), cidr("10.9.0.128/25"), cidr("192.168.0.0/16")];
    const picker = new SlotPicker(pool, used, (below) => below - 1);
    const slots: string[] = [];
    for (let slot = picker.next(); slot !== undefined; slot = picker.next()) slots.push(formatCidr(slot));
    expect(slots.sort()).toEqual([
      "10.9.0.0/28",
      "10.9.0.112/28",
      "10.9.0.32/28",
      "10.9.0.48/28",
      "10.9.0.64/28",
      "10.9.0.80/28",
      "10.9.0.96/28",
    ]);
  });

  it("avoids what it learns later", () => {
    const picker = new SlotPicker(cidr("10.9.0.0/27"), [], () => 0);
    picker.avoid([cidr("10.9.0.0/28")]);
    expect(picker.next()).toEqual(cidr("10.9.0.16/28"));
    expect(picker.next()).toBeUndefined();
  });

  it("has nothing to give from a pool that is too small", () => {
    expect(slotCount(cidr("10.9.0.0/29"))).toBe(0);
    expect(new SlotPicker(cidr("10.9.0.0/29"), [], () => 0).next()).toBeUndefined();
  });
});

describe("addressAt", () => {
  it("counts from the network's own address", () => {
    const slot = slotAt(cidr("10.203.0.0/16"), 17);
    expect(formatCidr(slot)).toBe("10.203.1.16/28");
    expect([1, 2, 3].map((n) => addressAt(slot, n))).toEqual(["10.203.1.17", "10.203.1.18", "10.203.1.19"]);
  });
});
