import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { AuditChain, genesisHash, hashAuditLine } from "../../../src/audit/chain.ts";

describe("genesisHash", () => {
  it("differs for every pair of slug and nonce", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (slug, nonce, otherSlug, otherNonce) => {
        const same = slug === otherSlug && nonce === otherNonce;
        expect(genesisHash({ slug, nonce }) === genesisHash({ slug: otherSlug, nonce: otherNonce })).toBe(same);
      }),
    );
  });

  it("keeps slug and nonce apart", () => {
    expect(genesisHash({ slug: "ab", nonce: "c" })).not.toBe(genesisHash({ slug: "a", nonce: "bc" }));
    expect(genesisHash({ slug: 'a","b', nonce: "c" })).not.toBe(genesisHash({ slug: "a", nonce: 'b","c' }));
  });
});

describe("AuditChain", () => {
  it("numbers records and links each to the line before", () => {
    const chain = new AuditChain({ count: 0, hash: genesisHash({ slug: "s", nonce: "n" }) });
    const at = new Date("2026-01-02T03:04:05.678Z");
    const first = chain.append({ type: "secrets", keys: ["env:A"] }, at);
    const second = chain.append({ type: "end", count: 1 }, at);
    expect(JSON.parse(first)).toEqual({
      seq: 0,
      at: "2026-01-02T03:04:05.678Z",
      prev: genesisHash({ slug: "s", nonce: "n" }),
      type: "secrets",
      keys: ["env:A"],
    });
    expect(JSON.parse(second)).toMatchObject({ seq: 1, prev: hashAuditLine(first) });
    expect(chain.head).toEqual({ count: 2, hash: hashAuditLine(second) });
  });

  it("cannot have its stamps overwritten by an entry's own fields of those names at the end of the record", () => {
    const chain = new AuditChain({ count: 0, hash: genesisHash({ slug: "s", nonce: "n" }) });
    const hostile = { type: "end", count: 0, seq: 99, prev: "x", at: "never" } as never;
    expect(JSON.parse(chain.append(hostile, new Date(0)))).toMatchObject({ seq: 0, at: "1970-01-01T00:00:00.000Z" });
  });
});
