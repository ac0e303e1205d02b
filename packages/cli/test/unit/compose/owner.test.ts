import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { readOrMakeOwner, readOwner } from "../../../src/compose/owner.ts";
import { testContext } from "../support/context.ts";

describe("the id of an installation", () => {
  it("is made once, is private, and is the same for all who make it at once", async () => {
    using context = testContext();
    const { home } = context;
    expect(await readOwner(home)).toBeUndefined();
    const ids = await Promise.all(Array.from({ length: 20 }, () => readOrMakeOwner(home)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(await readOwner(home)).toBe(ids[0]);
    expect(readdirSync(home.root)).toEqual(["owner"]);
    expect(statSync(home.owner).mode & 0o777).toBe(0o600);
  });

  it("is not guessed from a file that holds something else", async () => {
    using context = testContext();
    const { home } = context;
    mkdirSync(home.root, { recursive: true });
    writeFileSync(home.owner, "nonsense");
    expect(await readOwner(home)).toBeUndefined();
    await expect(readOrMakeOwner(home)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE", hint: expect.any(String) });
  });

  it("cannot be made where the home is no folder", async () => {
    using context = testContext();
    writeFileSync(context.home.root, "");
    await expect(readOrMakeOwner(context.home)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});
