import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type * as FsPromises from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { tempDir } from "../../support/temp-home.ts";

const real = await import("node:fs/promises");
let failure: { readonly at: "writeFile" | "rename"; readonly code: string } | undefined;

async function failAt(step: "writeFile" | "rename", path: unknown): Promise<void> {
  if (failure?.at !== step) return;
  // What a full disk does: a part is there.
  if (step === "writeFile") writeFileSync(path as string, "ha");
  throw Object.assign(new Error(`${failure.code}: made up`), { code: failure.code });
}

jest.unstable_mockModule("node:fs/promises", (): Partial<typeof FsPromises> => ({
  ...real,
  writeFile: (async (...args: Parameters<typeof real.writeFile>) => {
    await failAt("writeFile", args[0]);
    await real.writeFile(...args);
  }) as typeof real.writeFile,
  rename: async (...args) => {
    await failAt("rename", args[0]);
    await real.rename(...args);
  },
}));
const { writeWhole } = await import("../../../src/state/write-whole.ts");

describe("writeWhole", () => {
  beforeEach(() => {
    failure = undefined;
  });

  it("writes a file that only its user may read, and replaces it whole", async () => {
    const path = join(tempDir(), "plan.json");
    await writeWhole(path, "one");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await writeWhole(path, "two", { flush: false });
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(join(path, ".."))).toEqual(["plan.json"]);
  });

  it("keeps one of two texts that are written at once", async () => {
    const path = join(tempDir(), "plan.json");
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeWhole(path, text)));
    expect(texts).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(join(path, ".."))).toEqual(["plan.json"]);
  });

  it.each([
    ["writeFile", "ENOSPC", "BB_DISK_FULL"],
    ["writeFile", "EDQUOT", "BB_DISK_FULL"],
    ["rename", "ENOSPC", "BB_DISK_FULL"],
    ["writeFile", "EACCES", "BB_HOME_UNUSABLE"],
    ["rename", "EROFS", "BB_HOME_UNUSABLE"],
  ] as const)("keeps the old file when %s fails with %s", async (at, code, expected) => {
    const dir = tempDir();
    const path = join(dir, "plan.json");
    await writeWhole(path, "old");
    failure = { at, code };
    await expect(writeWhole(path, "new")).rejects.toMatchObject({ code: expected, hint: expect.any(String) });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(dir)).toEqual(["plan.json"]);
  });

  it("says what is wrong with the folder", async () => {
    const dir = tempDir();
    await expect(writeWhole(join(dir, "none", "plan.json"), "x")).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      message: `Cannot write "${join(dir, "none", "plan.json")}" (ENOENT).`,
    });
  });
});
