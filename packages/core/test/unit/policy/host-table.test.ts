import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hostMatches } from "../../../src/policy/host-pattern.ts";
import { HostTable } from "../../../src/policy/host-table.ts";

describe("HostTable", () => {
  const table = new HostTable([
    ["*.example.com", "wide"],
    ["*.b.example.com", "narrow"],
    ["a.b.example.com", "exact"],
    ["a.b.example.com", "second"],
  ]);

  it("gives the most specific pattern first", () => {
    expect(table.lookup("a.b.example.com")).toEqual(["exact", "second", "narrow", "wide"]);
    expect(table.lookup("x.b.example.com")).toEqual(["narrow", "wide"]);
    expect(table.lookup("x.example.com")).toEqual(["wide"]);
    expect(table.lookup("example.com")).toEqual([]);
    expect(table.lookup("com")).toEqual([]);
    expect(table.lookup("")).toEqual([]);
  });

  it("finds the first that is wanted", () => {
    expect(table.find("a.b.example.com", (value) => value !== "exact")).toBe("second");
    expect(table.find("a.b.example.com", (value) => value.startsWith("w"))).toBe("wide");
    expect(table.find("example.com", () => true)).toBeUndefined();
  });

  it("refuses a host that is not a normalised pattern", () => {
    for (const host of ["Example.com", "*", "*.com", "1.2.3.4", "example.com.", ""]) {
      expect(() => new HostTable([[host, 1]])).toThrow(TypeError);
    }
  });

  it("agrees with hostMatches", () => {
    const host = fc
      .array(fc.constantFrom("a", "b", "example", "com"), { minLength: 2, maxLength: 5 })
      .map((labels) => labels.join("."));
    const pattern = fc.tuple(fc.constantFrom("", "*."), host).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(pattern), host, (patterns, asked) => {
        const found = [...new HostTable(patterns.map((text) => [text, text] as const)).lookup(asked)];
        expect([...found].sort()).toEqual(patterns.filter((text) => hostMatches(text, asked)).sort());
      }),
    );
  });
});
