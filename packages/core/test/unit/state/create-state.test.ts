import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import type * as FsPromises from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { NameConflict } from "../../../src/backend/name-conflict.ts";
import { sampleInit, sampleMetadata, SLUG } from "../../support/sample-metadata.ts";
import { tempDir, tempHome } from "../../support/temp-home.ts";

const real = await import("node:fs/promises");
let writes = 0;
let fullAtWrite = Infinity;

jest.unstable_mockModule("node:fs/promises", (): Partial<typeof FsPromises> => ({
  ...real,
  writeFile: (async (...args: Parameters<typeof real.writeFile>) => {
    if (++writes >= fullAtWrite) throw Object.assign(new Error("made up"), { code: "ENOSPC" });
    await real.writeFile(...args);
  }) as typeof real.writeFile,
}));
const { createState } = await import("../../../src/state/create-state.ts");
const { isOwnerAlive } = await import("../../../src/state/owner-lock.ts");

const HOUR_AGO = Date.now() / 1000 - 3700;

describe("createState", () => {
  beforeEach(() => {
    writes = 0;
    fullAtWrite = Infinity;
  });

  it("makes the whole folder, owned by this process", async () => {
    const home = tempHome();
    const unlock = await createState(home, sampleMetadata(), sampleInit());
    const dir = home.state(SLUG);
    const [lock, ...files] = readdirSync(dir).sort();
    expect(lock).toMatch(/^lock\.[0-9a-f]{16}$/);
    expect(files).toEqual(["metadata.json", "plan.json"]);
    expect(JSON.parse(readFileSync(join(dir, "plan.json"), "utf8"))).toEqual({ schemaVersion: 1, init: sampleInit() });
    expect(JSON.parse(readFileSync(join(dir, "metadata.json"), "utf8"))).toEqual(sampleMetadata());
    for (const name of [lock ?? "", ...files]) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    for (const path of [home.root, home.stateRoot, home.auditRoot, dir]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    expect(readdirSync(home.stateRoot)).toEqual([SLUG]);
    expect(await isOwnerAlive(dir)).toBe(true);
    await unlock();
    expect(await isOwnerAlive(dir)).toBe(false);
  });

  it.each([1, 2, 3])("leaves nothing when the disk is full at write %i", async (write) => {
    const home = tempHome();
    fullAtWrite = write;
    await expect(createState(home, sampleMetadata(), sampleInit())).rejects.toMatchObject({ code: "BB_DISK_FULL" });
    expect(readdirSync(home.stateRoot)).toEqual([]);
  });

  it.each(["folder", "file", "link"])(
    "takes a %s in its place for a name conflict, and leaves it alone",
    async (kind) => {
      const home = tempHome();
      mkdirSync(kind === "folder" ? join(home.state(SLUG), "work") : home.stateRoot, { recursive: true });
      if (kind === "file") writeFileSync(home.state(SLUG), "");
      if (kind === "link") symlinkSync(tempDir(), home.state(SLUG));
      const error: unknown = await createState(home, sampleMetadata(), sampleInit()).catch((reason: unknown) => reason);
      expect(NameConflict.is(error)).toBe(true);
      expect(readdirSync(home.stateRoot)).toEqual([SLUG]);
    },
  );

  it("gives one of two that want the same name the conflict", async () => {
    const home = tempHome();
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => createState(home, sampleMetadata(), sampleInit())),
    );
    const failed = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(failed.map((error) => NameConflict.is(error))).toEqual([true, true, true]);
    expect(readdirSync(home.stateRoot)).toEqual([SLUG]);
  });

  it("removes old drafts of launches that were killed, and no others", async () => {
    const home = tempHome();
    const unlock = await createState(home, sampleMetadata(), sampleInit());
    const [old, fresh, owned] = [".new-old", ".new-fresh", ".new-owned"].map((name) => join(home.stateRoot, name));
    for (const dir of [old, fresh, owned]) mkdirSync(dir ?? "");
    const lock = readdirSync(home.state(SLUG)).find((name) => name.startsWith("lock.")) ?? "";
    writeFileSync(join(owned ?? "", lock), readFileSync(join(home.state(SLUG), lock)));
    for (const dir of [old, owned]) utimesSync(dir ?? "", HOUR_AGO, HOUR_AGO);
    await createState(home, sampleMetadata({ slug: "other-abcde" as typeof SLUG }), sampleInit());
    expect(readdirSync(home.stateRoot).sort()).toEqual([".new-fresh", ".new-owned", "other-abcde", SLUG]);
    await unlock();
  });

  it("refuses a home that cannot be one", async () => {
    const home = tempHome();
    writeFileSync(home.root, "");
    await expect(createState(home, sampleMetadata(), sampleInit())).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});
