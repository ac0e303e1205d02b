import { describe, expect, it } from "@jest/globals";
import { type AuditEntry, genesisHead, verifyTrail } from "@bot-bottle/core";
import { AuditTrail } from "../../../src/audit/trail.ts";
import { LIMITS } from "../../../src/limits.ts";

const launch = { slug: "dev-abcde", nonce: "n" };
const note = (key: string): AuditEntry => ({ type: "secrets", keys: [key] });
const big = note("x".repeat(4000));

function setUp() {
  const fallback: string[] = [];
  return { fallback, trail: new AuditTrail(genesisHead(launch), (line) => fallback.push(line)) };
}

describe("AuditTrail", () => {
  it("gives a subscriber everything, in order and once, however much was there", () => {
    const { trail } = setUp();
    const count = Math.ceil((LIMITS.pageBytes * 2.5) / 4100);
    for (let i = 0; i < count; i++) trail.write(big);
    const seen: string[] = [];
    const { page, start } = trail.subscribe(0, (line) => seen.push(line));
    seen.push(...page.lines);
    start();
    trail.write(note("live"));
    trail.end();
    expect(verifyTrail(seen, launch)).toMatchObject({ ok: true, records: count + 2 });
  });

  it("writes to the fallback while nobody listens, and again when the listener has gone", () => {
    const { trail, fallback } = setUp();
    trail.write(note("a"));
    const { start, stop } = trail.subscribe(0, () => undefined);
    start();
    trail.write(note("b"));
    stop();
    trail.write(note("c"));
    expect(fallback.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([0, 2]);
  });

  it("admits in the trail what the bounded spool let go unread", () => {
    const { trail } = setUp();
    const count = Math.ceil((LIMITS.spoolBytes * 1.2) / 4100);
    for (let i = 0; i < count; i++) trail.write(big);
    const first = trail.read(0);
    expect(first.dropped).toBeGreaterThan(0);
    const lines: string[] = [];
    for (let from = 0; ;) {
      const page = trail.read(from);
      lines.push(...page.lines);
      from += page.dropped + page.lines.length;
      if (from >= page.head.count) break;
    }
    lines.push(...trail.end().lines);
    const { issues } = verifyTrail(lines, launch);
    expect(issues.map(({ kind }) => kind)).toEqual(["lost"]);
  });

  it("ends once, writes nothing behind the end, and hands over what was not read", () => {
    const { trail } = setUp();
    trail.write(note("a"));
    const page = trail.end();
    trail.write(note("late"));
    expect(verifyTrail(page.lines, launch)).toMatchObject({ ok: true, records: 2 });
    expect(trail.end().head).toEqual(page.head);
    expect(trail.read(0).lines).toHaveLength(2);
  });
});
