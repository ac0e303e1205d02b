import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createState, isSlugTaken, listStates, readPlanInit } from "../../../src/state/state-store.ts";
import { sampleInit, sampleMetadata, SLUG } from "../../support/sample-metadata.ts";
import { tempHome } from "../../support/temp-home.ts";

function write(path: string, text = ""): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("isSlugTaken", () => {
  it("is false where nothing is", async () => {
    expect(await isSlugTaken(tempHome(), SLUG)).toBe(false);
  });

  it.each(["state", "audit", "auditSeal"] as const)(
    "is true when the %s of an earlier bottle is there",
    async (what) => {
      const home = tempHome();
      write(home[what](SLUG));
      expect(await isSlugTaken(home, SLUG)).toBe(true);
    },
  );

  it("is true for a link that leads nowhere", async () => {
    const home = tempHome();
    mkdirSync(home.stateRoot, { recursive: true });
    symlinkSync("/nonexistent", home.state(SLUG));
    expect(await isSlugTaken(home, SLUG)).toBe(true);
  });

  it("says what is wrong with the home", async () => {
    const home = tempHome();
    write(home.root);
    await expect(isSlugTaken(home, SLUG)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});

describe("readPlanInit", () => {
  it("gives back what the plan was made from", async () => {
    const home = tempHome();
    await createState(home, sampleMetadata(), sampleInit());
    expect(await readPlanInit(home, SLUG)).toEqual(sampleInit());
  });

  it.each([
    ["nothing", undefined],
    ["half a file", '{"schemaVersion":1,"init":{'],
    ["another version", JSON.stringify({ schemaVersion: 2, init: sampleInit() })],
    ["another bottle's", JSON.stringify({ schemaVersion: 1, init: { ...sampleInit(), slug: "other-abcde" } })],
    ["no plan", JSON.stringify({ schemaVersion: 1, init: null })],
    ["null", "null"],
  ])("knows no bottle where %s is", async (_title, text) => {
    const home = tempHome();
    if (text !== undefined) write(join(home.state(SLUG), "plan.json"), text);
    await expect(readPlanInit(home, SLUG)).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
  });
});

describe("listStates", () => {
  it("names the folders of bottles only, in order", async () => {
    const home = tempHome();
    expect(await listStates(home)).toEqual([]);
    for (const name of ["b-abcde", "a-abcde", ".new-x", "README", "a-ABCDE"]) {
      mkdirSync(join(home.stateRoot, name), { recursive: true });
    }
    expect(await listStates(home)).toEqual(["a-abcde", "b-abcde"]);
  });

  it("says what is wrong with the home", async () => {
    const home = tempHome();
    write(home.stateRoot);
    await expect(listStates(home)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});
