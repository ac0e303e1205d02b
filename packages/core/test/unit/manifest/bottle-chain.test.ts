import { describe, expect, it } from "@jest/globals";
import { chainBottles } from "../../../src/manifest/bottle-chain.ts";
import type { FoundFile } from "../../../src/manifest/discover.ts";
import { ManifestError } from "../../../src/manifest/manifest-error.ts";
import { treeOf } from "./support/bottle.ts";

/** Chains bottles whose `extends` are given by name; names in merge order, or the error. */
function chain(extendsOf: Readonly<Record<string, string>>, ...names: string[]): string {
  const loads: string[] = [];
  const file = (name: string): FoundFile => ({ name, file: `/h/${name}.md`, origin: "home", folder: "/h" });
  try {
    const bottles = chainBottles(
      names.map((name) => ({ name })),
      {
        bottles: new Map(Object.keys(extendsOf).map((name) => [name, file(name)])),
        load: ({ name, file: path }) => {
          loads.push(name);
          const parents = extendsOf[name] ?? "";
          return treeOf(parents === "" ? "" : `extends: ${parents}`, path);
        },
      },
    );
    expect(new Set(loads).size).toBe(loads.length);
    return bottles.map((bottle) => bottle.file.name).join(" ");
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

describe("chainBottles", () => {
  it("puts parents first, left before right, the child last", () => {
    expect(chain({ a: "", b: "", c: "[a, b]" }, "c")).toBe("a b c");
    expect(chain({ a: "", b: "a", c: "b" }, "c")).toBe("a b c");
  });

  it("resolves the ancestor of a diamond once", () => {
    expect(chain({ a: "", b: "a", c: "a", d: "[b, c]" }, "d")).toBe("a b c d");
  });

  it("treats the names of the command line like parents of one child, each once", () => {
    expect(chain({ a: "", b: "a", c: "" }, "c", "b", "c")).toBe("c a b");
  });

  it("refuses a bottle that extends itself, and a circle with its chain", () => {
    expect(chain({ a: "a" }, "a")).toBe("BB_MANIFEST_CYCLE /h/a.md:1:10: bottles extend each other: a → a");
    expect(chain({ x: "a", a: "b", b: "[c]", c: "a" }, "x")).toBe(
      "BB_MANIFEST_CYCLE /h/c.md:1:10: bottles extend each other: a → b → c → a",
    );
  });

  it("refuses a missing parent at its place and a missing name, with the nearest", () => {
    expect(chain({ base: "", a: "[bose]" }, "a")).toBe(
      'BB_MANIFEST_NOT_FOUND /h/a.md:1:11: there is no bottle "bose" (did you mean "base"?)',
    );
    expect(chain({ base: "" }, "bse")).toBe('BB_MANIFEST_NOT_FOUND There is no bottle "bse" (did you mean "base"?).');
    expect(chain({ base: "" }, "\u001b[2J")).toBe('BB_MANIFEST_NOT_FOUND There is no bottle "\\u{1b}[2J".');
  });
});
