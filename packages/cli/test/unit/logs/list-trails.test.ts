import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { listTrails } from "../../../src/logs/list-trails.ts";
import { testContext } from "../support/context.ts";

describe("listTrails", () => {
  it("lists slugs that have a trail, by name, and nothing else that lies there", async () => {
    using context = testContext();
    expect(await listTrails(context.home)).toEqual([]);
    mkdirSync(context.home.auditRoot, { recursive: true });
    for (const name of ["b-abcde.jsonl", "a-abcde.jsonl", "a-abcde.seal.json", "nonsense.jsonl", "..jsonl"]) {
      writeFileSync(join(context.home.auditRoot, name), "");
    }
    expect(await listTrails(context.home)).toEqual(["a-abcde", "b-abcde"]);
  });

  it("refuses a folder that cannot be read, with a code", async () => {
    using context = testContext();
    mkdirSync(context.home.root, { recursive: true });
    writeFileSync(context.home.auditRoot, "");
    await expect(listTrails(context.home)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});
