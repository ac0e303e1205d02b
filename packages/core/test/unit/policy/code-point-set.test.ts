import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { complementSet, foldAsciiCase, setHas, unionSets } from "../../../src/policy/code-point-set.ts";

const code = fc.integer({ min: 0, max: 0x10ffff });
const small = fc.integer({ min: 0, max: 200 });
const set = fc.array(fc.tuple(small, fc.nat(20)).map(([first, width]) => [first, first + width] as const));

describe("code point sets", () => {
  it("union has what either has", () => {
    fc.assert(
      fc.property(set, set, small, (a, b, value) => {
        const has = [...a, ...b].some(([first, last]) => value >= first && value <= last);
        expect(setHas(unionSets(a, b), value)).toBe(has);
      }),
    );
  });

  it("complement has exactly the others", () => {
    fc.assert(
      fc.property(set, fc.oneof(small, code, fc.constantFrom(0, 0x10ffff)), (a, value) => {
        expect(setHas(complementSet(a), value)).toBe(!setHas(unionSets(a), value));
      }),
    );
  });

  it("folding adds the other case of ASCII letters only", () => {
    expect(foldAsciiCase([[0x61, 0x63]])).toEqual([[0x41, 0x43], [0x61, 0x63]]); // prettier-ignore
    expect(foldAsciiCase([[0x5b, 0x60]])).toEqual([[0x5b, 0x60]]);
    expect(foldAsciiCase([[0x212a, 0x212a]])).toEqual([[0x212a, 0x212a]]);
  });
});
