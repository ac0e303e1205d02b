import { describe, expect, it } from "@jest/globals";
import type { AuditEntry, Refusal } from "@bot-bottle/core";
import { RefusalLog } from "../../../src/audit/refusal-log.ts";
import { LIMITS } from "../../../src/limits.ts";

const refusal: Refusal = {
  outcome: "refuse",
  code: "host_not_declared",
  status: 403,
  reason: "",
  hint: "",
  quiet: false,
  explanation: [],
};
const request = (host: string) => ({ method: "GET", host, port: 443, path: "/", query: [] });

function setUp() {
  const entries: AuditEntry[] = [];
  return { entries, log: new RefusalLog((entry) => entries.push(entry)) };
}
const total = (entries: readonly AuditEntry[]): number =>
  entries.reduce((sum, entry) => sum + (entry.type === "refusals" ? entry.count : 1), 0);

describe("RefusalLog", () => {
  it("writes the first of a kind whole and counts its repeats", () => {
    const { entries, log } = setUp();
    for (let i = 0; i < 1000; i++) log.add(request("evil.example"), refusal);
    log.flush();
    for (let i = 0; i < 10; i++) log.add(request("evil.example"), refusal);
    log.flush();
    expect(entries).toMatchObject([
      { type: "refusal", host: "evil.example", code: "host_not_declared" },
      { type: "refusals", host: "evil.example", count: 999 },
      { type: "refusals", host: "evil.example", count: 10 },
    ]);
  });

  it("stays small under 100,000 different denials, and leaves none unsaid", () => {
    const { entries, log } = setUp();
    for (let i = 0; i < 100_000; i++) {
      log.add(request(`h${i}.example`), refusal);
      if (i % 10_000 === 0) log.flush();
    }
    log.flush();
    expect(entries.length).toBeLessThan(LIMITS.distinctRefusals + 11 * (LIMITS.foldedKeys + 1));
    expect(total(entries)).toBe(100_000);
  });

  it("only counts quiet refusals", () => {
    const { entries, log } = setUp();
    log.add(request("api.example"), { ...refusal, code: "provider_quiet", status: 404, quiet: true });
    expect(entries).toEqual([]);
    log.flush();
    expect(entries).toMatchObject([{ type: "refusals", code: "provider_quiet", quiet: true, count: 1 }]);
  });
});
