import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const docs = join(import.meta.dirname, "../../../../../docs");

/** Titles of tests that a page names as a proof, with the file in which it says they are. */
function proofsOf(page: string): readonly (readonly [file: string, title: string])[] {
  const links = [...page.matchAll(/\]\((\.\.\/packages\/[^)]+\.test\.ts)\):((?:,? "[^"]+")+)/g)];
  return links.flatMap(([, file = "", titles = ""]) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => [file, title] as const),
  );
}

describe("docs/security.md", () => {
  it("names tests that are there", async () => {
    const proofs = proofsOf(await readFile(join(docs, "security.md"), "utf8"));
    expect(proofs.length).toBeGreaterThan(40);
    const missing = [];
    for (const [file, title] of proofs) {
      const source = await readFile(join(docs, file), "utf8").catch(() => "");
      if (!source.includes(title)) missing.push(`${file}: ${title}`);
    }
    expect(missing).toEqual([]);
  });
});
