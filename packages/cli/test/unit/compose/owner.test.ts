import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homePaths } from "@bot-bottle/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readOrMakeOwner } from "../../../src/compose/owner.ts";

let root: string;

describe("the id of an installation", () => {
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "bb-owner-"));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it("is one for many first starts at once, and leaves no draft", async () => {
    const home = homePaths(join(root, "bot-bottle"));
    const ids = await Promise.all(Array.from({ length: 20 }, () => readOrMakeOwner(home)));
    expect(new Set(ids).size).toBe(1);
    expect(await readFile(home.owner, "utf8")).toBe(ids[0]);
    expect(await readdir(home.root)).toEqual(["owner"]);
  });
});
