import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { PatternAutomaton } from "../../../src/scan/automaton.ts";
import { PatternFound, StreamScanner } from "../../../src/scan/stream-scanner.ts";

/** What comes out of a scanner, and whether it stopped. */
async function scan(patterns: readonly string[], chunks: readonly Buffer[]) {
  const scanner = new StreamScanner(new PatternAutomaton(patterns.map((p) => Buffer.from(p, "latin1"))));
  const out: Buffer[] = [];
  scanner.on("data", (chunk: Buffer) => out.push(chunk));
  let found = false;
  await pipeline(Readable.from(chunks), scanner).catch((error: unknown) => {
    if (!(error instanceof PatternFound)) throw error;
    found = true;
  });
  return { out: Buffer.concat(out).toString("latin1"), found };
}

// A small alphabet, so that partial matches, overlaps and restarts are common.
const letters = fc.constantFrom("a", "b", "c");
const text = fc.array(letters, { maxLength: 40 }).map((parts) => parts.join(""));
const patterns = fc.array(
  fc.array(letters, { minLength: 2, maxLength: 6 }).map((p) => p.join("")),
  {
    minLength: 1,
    maxLength: 4,
  },
);

function cut(whole: string, at: readonly number[]): Buffer[] {
  const ends = [...at.map((n) => n % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return ends.map((end, index) => Buffer.from(whole.slice(ends[index - 1] ?? 0, end), "latin1"));
}

describe("StreamScanner", () => {
  it("finds a pattern over any chunking, and lets not one byte of it out", async () => {
    await fc.assert(
      fc.asyncProperty(patterns, text, fc.array(fc.nat()), async (needles, whole, cuts) => {
        const ends = needles.map((needle) => [whole.indexOf(needle), needle] as const).filter(([at]) => at >= 0);
        const { out, found } = await scan(needles, cut(whole, cuts));
        const firstEnd = Math.min(...ends.map(([at, needle]) => at + needle.length));
        const starts = ends.filter(([at, needle]) => at + needle.length === firstEnd).map(([at]) => at);
        expect(found).toBe(ends.length > 0);
        expect(whole.startsWith(out)).toBe(true);
        expect(out.length).toBeLessThanOrEqual(found ? Math.min(...starts) : whole.length);
        expect(found || out.length === whole.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("holds back only what may still become a match", async () => {
    const scanner = new StreamScanner(new PatternAutomaton([Buffer.from("secret")]));
    const out: string[] = [];
    scanner.on("data", (chunk: Buffer) => out.push(chunk.toString()));
    for (const chunk of ["data: 1\n\n", "data: se", "data: sec", "x"]) {
      scanner.write(chunk);
      await new Promise(setImmediate);
      out.push("|");
    }
    expect(out.join("")).toBe("data: 1\n\n|data: |sedata: |secx|");
    scanner.destroy();
  });

  it("uses all 256 byte values", async () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    expect(await scan([all], [Buffer.from(`x${all.slice(0, 255)}`, "latin1")])).toMatchObject({ found: false });
    expect(await scan([all], [Buffer.from(`x${all}`, "latin1")])).toEqual({ out: "x", found: true });
  });
});

describe("PatternAutomaton", () => {
  it("finds every end of every pattern", () => {
    fc.assert(
      fc.property(patterns, text, (needles, whole) => {
        const automaton = new PatternAutomaton(needles.map((p) => Buffer.from(p)));
        const ends = new Set(automaton.findAll(Buffer.from(whole)).map(({ end }) => end));
        for (let end = 0; end <= whole.length; end++) {
          expect(ends.has(end)).toBe(needles.some((needle) => whole.slice(0, end).endsWith(needle)));
        }
      }),
    );
  });
});
