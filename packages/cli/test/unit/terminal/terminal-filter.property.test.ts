import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ATTACKS } from "./attacks.ts";
import { feedAll } from "./feed.ts";
import { findForbidden } from "./oracle.ts";
import { PASSED } from "./passed-sequences.ts";

const RUNS = { numRuns: 700 };

/** Pieces of which sequences are made, good and bad, so that random streams come near the borders of the grammar. */
const PIECES: readonly string[] = [
  ...Array.from(
    "\x1b[]P_^X\\?<=>!$ ;:0123456789mhlucntqJHr\x07\x18\x05\x0e\n\x7f()B%#Z78" +
      "\u0090\u0098\u009b\u009c\u009d\u009e\u009f\u0085é⛛✜\u{1f31b}",
  ),
  "\x1b[",
  "\x1b]",
  "\x1b]52;c;",
  "\x1b[?1049",
  "\x1b[>1u",
  "\x1b[<u",
  "\x1bc",
];

const text = fc.constantFrom(...PIECES).map((piece) => Buffer.from(piece));
const rawByte = fc.integer({ min: 0, max: 255 }).map((byte) => Buffer.from([byte]));
const rawC1 = fc.integer({ min: 0x80, max: 0x9f }).map((byte) => Buffer.from([byte]));
const known = fc.constantFrom(...ATTACKS.map(({ input }) => Buffer.from(input)).filter((input) => input.length < 200));
const passed = fc.constantFrom(...PASSED.map(([, sequence]) => Buffer.from(sequence)));
const stream = fc
  .array(
    fc.oneof({ weight: 8, arbitrary: text }, { weight: 2, arbitrary: rawByte }, rawC1, known, {
      weight: 2,
      arbitrary: passed,
    }),
    { maxLength: 60 },
  )
  .map((pieces) => Buffer.concat(pieces));

/** Cuts bytes at these places, taken modulo the length. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const marks = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...marks].map((mark, index) => bytes.subarray(mark, marks[index] ?? bytes.length));
}

describe("any stream", () => {
  it("comes out without a forbidden sequence", () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        expect(findForbidden(feedAll([bytes]))).toBeUndefined();
      }),
      RUNS,
    );
  });

  it("comes out without a forbidden sequence from random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(findForbidden(feedAll([bytes]))).toBeUndefined();
      }),
      RUNS,
    );
  });

  it("comes out the same however it is cut", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(2000), { maxLength: 12 }), (bytes, places) => {
        expect(feedAll(cut(bytes, places))).toEqual(feedAll([bytes]));
      }),
      RUNS,
    );
  });

  it("is filtered once for all: what came out passes again unchanged", () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const once = feedAll([bytes]);
        expect(feedAll([once])).toEqual(once);
      }),
      RUNS,
    );
  });
});

describe("text and colours", () => {
  const unit = fc.oneof(
    fc.string({ unit: "grapheme" }).map((value) => value.replaceAll(/[\p{Cc}\p{Cs}]/gu, "")),
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 10 }).map((values) => `\x1b[${values.join(";")}m`),
    fc.constantFrom("\r\n", "\t", "\b"),
  );

  it("pass unchanged", () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), fc.array(fc.nat(2000), { maxLength: 6 }), (units, places) => {
        const bytes = Buffer.from(units.join(""));
        expect(feedAll(cut(bytes, places))).toEqual(bytes);
      }),
      RUNS,
    );
  });
});
