import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Slug } from "../../../src/bottle/slug.ts";
import { wantedBranches } from "../../../src/workspace/branch-names.ts";
import { isRefName } from "../../../src/workspace/ref-name.ts";

const SLUG = "demo-abcde" as Slug;
const [A, B, C] = ["a", "b", "c"].map((digit) => digit.repeat(40));

function wanted(refs: Readonly<Record<string, string | undefined>>): string[] {
  const present = Object.entries(refs).flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]));
  const header = { objectFormat: "sha1", prerequisites: [], refs: new Map(present), packOffset: 0 } as const;
  return wantedBranches(header, SLUG).map(({ kind, name, commit }) => `${kind} ${name} ${commit.charAt(0)}`);
}

describe("wantedBranches", () => {
  it("leaves out what says nothing new", () => {
    const [base, head] = ["refs/bot-bottle/base", "refs/bot-bottle/head"];
    expect(wanted({ [base]: A, [head]: A, "refs/heads/main": A })).toEqual([]);
    expect(wanted({ [base]: A, [head]: B, "refs/heads/main": B, "refs/heads/same": A })).toEqual([
      "commits bot-bottle/demo-abcde b",
    ]);
    expect(wanted({ [base]: A, "refs/heads/x": C, "refs/bot-bottle/work": B, "refs/bot-bottle/stash": C })).toEqual([
      "uncommitted bot-bottle/demo-abcde-uncommitted b",
      "stash bot-bottle/demo-abcde-stash c",
      "branch bot-bottle/demo-abcde-branch/x c",
    ]);
  });

  it("makes names that git allows, that differ on every file system, and that stay below its own prefix", () => {
    const odd = fc.string({
      unit: fc.constantFrom(...Array.from("aAbB/.-_@{~^:?*[\\ \u001b\u202e")),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.uniqueArray(odd, { maxLength: 8 }), (names) => {
        const made = wanted(Object.fromEntries(names.map((name) => [`refs/heads/${name}`, A])));
        const branches = made.map((line) => line.split(" ")[1] ?? "");
        expect(branches).toHaveLength(names.length);
        const folded = branches.map((name) => name.toLowerCase());
        expect(new Set(folded).size).toBe(names.length);
        for (const name of folded) {
          expect(name).toMatch(/^bot-bottle\/demo-abcde-branch\/[a-z0-9]/);
          expect(isRefName(`refs/heads/${name}`)).toBe(true);
          expect(folded.filter((other) => other.startsWith(`${name}/`))).toEqual([]);
        }
      }),
    );
  });
});
