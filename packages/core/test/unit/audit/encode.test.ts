import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { encodeAuditRecord, MAX_AUDIT_RECORD_BYTES } from "../../../src/audit/encode.ts";

const stamp = { seq: 1, at: "2026-01-01T00:00:00.000Z", prev: "0".repeat(64) };

describe("encodeAuditRecord", () => {
  it("leaves a short record alone", () => {
    expect(encodeAuditRecord({ type: "secrets", keys: ["a"], ...stamp })).toBe(
      JSON.stringify({ type: "secrets", keys: ["a"], ...stamp }),
    );
  });

  it("cuts a long string visibly and keeps the stamps whole", () => {
    const line = encodeAuditRecord({ type: "refusal", path: "/".repeat(100_000), ...stamp });
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_AUDIT_RECORD_BYTES);
    expect(JSON.parse(line)).toMatchObject({ ...stamp, cut: true, path: expect.stringMatching(/…\[cut \d+\]$/) });
  });

  it("keeps every record within the limit, on one line, and readable", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 50, unit: "binary" }),
      fc.nat(40_000).map((n) => "é\u0000\n".repeat(n)),
    );
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 40 }), fc.array(fc.tuple(text, text)), (path, query, headers) => {
        const line = encodeAuditRecord({ type: "refusal", path, query, headers, ...stamp });
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_AUDIT_RECORD_BYTES);
        expect(line).not.toMatch(/[\n\r\0]/);
        expect(JSON.parse(line)).toMatchObject(stamp);
      }),
      { numRuns: 50 },
    );
  });
});
