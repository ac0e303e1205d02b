import { mkdirSync, writeFileSync } from "node:fs";
import type { Slug } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { withSavedWork, workBundle } from "../../../src/compose/saved-work.ts";
import { testContext } from "../support/context.ts";

describe("withSavedWork", () => {
  it("keeps the bottles whose bundle is a file, in order", async () => {
    using context = testContext();
    const { home } = context;
    const [a, b, c, d] = ["a-abcde", "b-abcde", "c-abcde", "d-abcde"] as [Slug, Slug, Slug, Slug];
    for (const slug of [a, b, c]) mkdirSync(home.state(slug), { recursive: true });
    for (const slug of [a, c]) writeFileSync(workBundle(home, slug), "");
    mkdirSync(workBundle(home, b));
    expect(await withSavedWork(home, [c, b, a, d])).toEqual([c, a]);
  });
});
