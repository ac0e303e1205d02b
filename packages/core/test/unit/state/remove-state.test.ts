import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createState } from "../../../src/state/create-state.ts";
import { isOwnerAlive } from "../../../src/state/owner-lock.ts";
import { removeState } from "../../../src/state/remove-state.ts";
import { sampleInit, sampleMetadata, SLUG } from "../../support/sample-metadata.ts";
import { tempDir, tempHome } from "../../support/temp-home.ts";

describe("removeState", () => {
  it("removes everything, lock included, and is content when nothing is there", async () => {
    const home = tempHome();
    await createState(home, sampleMetadata(), sampleInit());
    mkdirSync(join(home.state(SLUG), "workspace-x", "deep"), { recursive: true });
    await removeState(home, SLUG);
    expect(existsSync(home.state(SLUG))).toBe(false);
    await removeState(home, SLUG);
  });

  it("keeps the work bundle, and only that", async () => {
    const home = tempHome();
    await createState(home, sampleMetadata(), sampleInit());
    for (const name of ["work.bundle", "work.bundle.new"]) writeFileSync(join(home.state(SLUG), name), name);
    await removeState(home, SLUG);
    expect(readdirSync(home.state(SLUG))).toEqual(["work.bundle"]);
    expect(await isOwnerAlive(home.state(SLUG))).toBe(false);
  });

  it("never empties what a link leads to", async () => {
    const home = tempHome();
    const precious = tempDir();
    writeFileSync(join(precious, "thesis.tex"), "x");
    mkdirSync(home.stateRoot, { recursive: true });
    symlinkSync(precious, home.state(SLUG));
    await removeState(home, SLUG);
    expect(readdirSync(precious)).toEqual(["thesis.tex"]);
    expect(readdirSync(home.stateRoot)).toEqual([]);
  });

  it("does not follow a link inside either", async () => {
    const home = tempHome();
    const precious = tempDir();
    writeFileSync(join(precious, "thesis.tex"), "x");
    await createState(home, sampleMetadata(), sampleInit());
    symlinkSync(precious, join(home.state(SLUG), "link"));
    await removeState(home, SLUG);
    expect(readdirSync(precious)).toEqual(["thesis.tex"]);
  });
});
