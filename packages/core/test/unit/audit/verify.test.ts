import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { AuditChain, genesisHead } from "../../../src/audit/chain.ts";
import type { AuditEntry } from "../../../src/audit/record.ts";
import { verifyTrail } from "../../../src/audit/verify.ts";

const launch = { slug: "dev-abcde", nonce: "5f3a" };
const genesis = genesisHead(launch);
const at = new Date("2026-01-02T03:04:05.678Z");
const start = (type: "start" | "restart" = "start"): AuditEntry => ({
  type,
  slug: launch.slug,
  generation: 1,
  routes: [],
});
const note = (key: string): AuditEntry => ({ type: "secrets", keys: [key] });

/** A whole trail: `start`, `count` records, `end`. */
function trail(count: number): string[] {
  const chain = new AuditChain(genesis);
  const lines = [chain.append(start(), at)];
  for (let i = 0; i < count; i++) lines.push(chain.append(note(`k${i}`), at));
  return [...lines, chain.append({ type: "end", count: chain.head.count }, at)];
}
const kinds = (lines: readonly string[]): string[] => verifyTrail(lines, launch).issues.map(({ kind }) => kind);

describe("verifyTrail", () => {
  it("accepts a whole trail and gives its head", () => {
    const lines = trail(5);
    expect(verifyTrail(lines, launch)).toMatchObject({
      ok: true,
      records: 7,
      ended: true,
      head: { count: 7 },
      issues: [],
    });
  });

  it("says no_end for an empty trail and for one that still runs", () => {
    expect(verifyTrail([], launch)).toMatchObject({
      ok: false,
      head: genesis,
      issues: [{ kind: "no_end" }],
    });
    expect(kinds(trail(3).slice(0, 3))).toEqual(["no_end"]);
  });

  it("finds a cut tail", () => {
    expect(verifyTrail(trail(5).slice(0, 4), launch).issues).toEqual([
      { kind: "no_end", line: 5, message: expect.any(String) },
    ]);
  });

  it("finds a changed line at the record that no longer follows from it", () => {
    const lines = trail(5);
    lines[2] = (lines[2] ?? "").replace("k1", "k9");
    expect(verifyTrail(lines, launch).issues).toMatchObject([{ kind: "forged", line: 4 }]);
  });

  it("finds a line that was put in under a number that exists", () => {
    const lines = trail(3);
    lines.splice(3, 0, JSON.stringify({ ...note("x"), seq: 2, at: at.toISOString(), prev: genesis.hash }));
    expect(kinds(lines)).toEqual(["duplicate"]);
  });

  it("finds a forged line, with its own stamps, in the place of the true one", () => {
    const lines = trail(3);
    lines[2] = JSON.stringify({ ...note("x"), seq: 2, at: at.toISOString(), prev: genesis.hash });
    expect(kinds(lines)).toEqual(["forged", "forged"]);
  });

  it("finds missing records and says which", () => {
    const lines = trail(8);
    lines.splice(3, 4);
    expect(verifyTrail(lines, launch).issues).toEqual([
      { kind: "missing", line: 4, message: "Records 3 to 6 are not there." },
    ]);
  });

  it("finds a missing beginning", () => {
    expect(verifyTrail(trail(3).slice(2), launch).issues).toMatchObject([
      { kind: "missing", line: 1, message: "Records 0 to 1 are not there." },
    ]);
  });

  it("tells records that the sidecar's spool admits to have lost from missing ones", () => {
    const chain = new AuditChain(genesis);
    const lines = [chain.append(start(), at)];
    for (let i = 0; i < 4; i++) lines.push(chain.append(note(`k${i}`), at));
    lines.push(chain.append({ type: "lost", fromSeq: 1, count: 2 }, at));
    lines.push(chain.append({ type: "end", count: 6 }, at));
    lines.splice(1, 2);
    expect(kinds(lines)).toEqual(["lost"]);
    lines.splice(1, 1);
    expect(kinds(lines)).toEqual(["missing"]);
  });

  it("finds reordered records", () => {
    const lines = trail(4);
    [lines[2], lines[3]] = [lines[3] ?? "", lines[2] ?? ""];
    expect(kinds(lines)).toEqual(["reordered"]);
  });

  it("finds a restart that begins a new chain, and accepts one that carries on", () => {
    const first = new AuditChain(genesis);
    const lines = [first.append(start(), at), first.append(note("a"), at)];
    const fresh = new AuditChain(genesis);
    const freshLines = [fresh.append(start("restart"), at), fresh.append({ type: "end", count: 1 }, at)];
    expect(kinds([...lines, ...freshLines])).toContain("new_chain");

    const carriedOn = new AuditChain(first.head);
    const rest = [carriedOn.append(start("restart"), at), carriedOn.append({ type: "end", count: 3 }, at)];
    expect(kinds([...lines, ...rest])).toEqual([]);
  });

  it("refuses the trail of another launch", () => {
    expect(verifyTrail(trail(2), { ...launch, nonce: "other" }).issues).toMatchObject([
      { kind: "wrong_genesis", line: 1 },
    ]);
  });

  it("finds records after the end and an end that counts wrongly", () => {
    const chain = new AuditChain(genesis);
    const lines = [chain.append(start(), at), chain.append({ type: "end", count: 9 }, at), chain.append(note("x"), at)];
    expect(kinds(lines)).toEqual(["wrong_count", "after_end"]);
  });

  it("needs the expected head to see a whole chain that was written anew", () => {
    const { head } = verifyTrail(trail(5), launch);
    expect(verifyTrail(trail(4), launch)).toMatchObject({ ok: true });
    expect(verifyTrail(trail(4), launch, { expectedHead: head }).issues).toMatchObject([{ kind: "wrong_head" }]);
    expect(verifyTrail(trail(5), launch, { expectedHead: head })).toMatchObject({ ok: true });
  });

  it("names unreadable lines, huge numbers included, and goes on", () => {
    const lines = trail(1);
    const huge = JSON.stringify({
      type: "end",
      seq: Number.MAX_SAFE_INTEGER,
      at: at.toISOString(),
      prev: genesis.hash,
    });
    expect(kinds(["", "null", "[]", "{}", `{"seq":-1}`, "x".repeat(9000), ...lines])).toEqual(
      Array(6).fill("unreadable"),
    );
    expect(kinds([huge])).toEqual(["missing", "wrong_count"]);
  });

  it("sees any single edit, removal, swap or insertion", () => {
    const edit = fc.record({
      kind: fc.constantFrom("edit", "remove", "swap", "insert", "cut"),
      where: fc.nat(8),
      other: fc.nat(8),
    });
    fc.assert(
      fc.property(edit, ({ kind, where, other }) => {
        const whole = trail(7);
        const lines = [...whole];
        const at = (index: number): string => lines[index] ?? "";
        if (kind === "edit") lines[where] = at(where).replace("2026", "2027");
        if (kind === "remove") lines.splice(where, 1);
        if (kind === "swap") [lines[where], lines[other]] = [at(other), at(where)];
        if (kind === "insert") lines.splice(other, 0, at(where));
        if (kind === "cut") lines.splice(where);
        const { ok } = verifyTrail(lines, launch, { expectedHead: verifyTrail(whole, launch).head });
        expect(ok).toBe(lines.join("\n") === whole.join("\n"));
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...trail(3)))), (lines) => {
        expect(verifyTrail(lines, launch).issues.length).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
