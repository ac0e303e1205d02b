import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { isSlug, mintSlug, type Slug } from "../../../src/bottle/slug.ts";

const free = async (): Promise<boolean> => false;

describe("isSlug", () => {
  it.each(["a-abcde", "reviewer-zz234", `${"a".repeat(34)}-abcde`, "a--b-abcde"])("takes %s", (text) => {
    expect(isSlug(text)).toBe(true);
  });

  it.each([
    "",
    "abcde",
    "-abcde",
    "a-abcd",
    "a-abcdef",
    "a-abcd1",
    "1a-abcde",
    "A-abcde",
    "a_b-abcde",
    "../a-abcde",
    "a/b-abcde",
    "a-abcde\n",
    "a-abcde/..",
    `${"a".repeat(35)}-abcde`,
  ])("refuses %j", (text) => {
    expect(isSlug(text)).toBe(false);
  });
});

describe("mintSlug", () => {
  it.each([
    ["reviewer", "reviewer"],
    ["Fix #12: Tests!", "fix-12-tests"],
    ["12 monkeys", "monkeys"],
    ["../../etc/passwd", "etc-passwd"],
    ["日本", "bottle"],
    ["", "bottle"],
    ["-x-", "x"],
    [`${"a".repeat(33)} b`, "a".repeat(33)],
    ["a".repeat(100), "a".repeat(34)],
  ])("makes a name of %j", async (stem, base) => {
    const slug = await mintSlug(stem, free);
    expect(slug.slice(0, -6)).toBe(base);
    expect(isSlug(slug)).toBe(true);
  });

  it("makes a slug of every text, and another one each time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (stem) => {
        expect(isSlug(await mintSlug(stem, free))).toBe(true);
      }),
    );
    const many = await Promise.all(Array.from({ length: 100 }, () => mintSlug("a", free)));
    expect(new Set(many).size).toBeGreaterThan(95);
  });

  it("never takes one that is taken", async () => {
    const seen: Slug[] = [];
    const isTaken = jest.fn(async (slug: Slug) => seen.push(slug) < 4);
    expect(await mintSlug("a", isTaken)).toBe(seen[3]);
    expect(isTaken).toHaveBeenCalledTimes(4);
  });

  it("passes on that nobody can say what is taken, and does not try for ever", async () => {
    await expect(mintSlug("a", () => Promise.reject(new Error("EACCES")))).rejects.toThrow("EACCES");
    await expect(mintSlug("a", async () => true)).rejects.toThrow("no free name");
  });
});
