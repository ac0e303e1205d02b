import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { ensureHomeFolder, ensurePrivateFolder } from "../../../src/state/private-folder.ts";
import { tempDir } from "../../support/temp-home.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** From here on the test's own folders belong to somebody else. */
function becomeAnotherUser(): void {
  jest.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(54_321);
}

describe.each([
  ["ensurePrivateFolder", ensurePrivateFolder],
  ["ensureHomeFolder", ensureHomeFolder],
])("%s", (_name, ensure) => {
  it("makes the folder, and those above it, for its user alone", async () => {
    const path = join(tempDir(), "a", "b");
    await ensure(path);
    expect([modeOf(path), modeOf(join(path, ".."))]).toEqual([0o700, 0o700]);
    await ensure(path);
  });

  it("refuses a folder of another user", async () => {
    const path = tempDir();
    becomeAnotherUser();
    await expect(ensure(path)).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      message: `The folder "${path}" belongs to another user.`,
      hint: expect.stringContaining("BOT_BOTTLE_HOME"),
    });
  });

  it("refuses a link to a folder of another user", async () => {
    const path = join(tempDir(), "link");
    symlinkSync(tempDir(), path);
    becomeAnotherUser();
    await expect(ensure(path)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });

  it("follows a link to a folder of its user's", async () => {
    const path = join(tempDir(), "link");
    symlinkSync(tempDir(), path);
    await ensure(path);
  });

  it("says so when something else is in its place", async () => {
    const path = join(tempDir(), "file");
    writeFileSync(path, "");
    await expect(ensure(path)).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      message: `Cannot make the folder "${path}" (EEXIST).`,
    });
    await expect(ensure(join(path, "below"))).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      message: expect.stringContaining("(ENOTDIR)"),
    });
  });
});

describe("ensurePrivateFolder", () => {
  it("closes a folder that others could look into", async () => {
    const path = join(tempDir(), "open");
    mkdirSync(path);
    chmodSync(path, 0o777);
    await ensurePrivateFolder(path);
    expect(modeOf(path)).toBe(0o700);
  });
});

describe("ensureHomeFolder", () => {
  it("leaves a folder alone that others may only look into", async () => {
    const path = join(tempDir(), "home");
    mkdirSync(path);
    chmodSync(path, 0o755);
    await ensureHomeFolder(path);
    expect(modeOf(path)).toBe(0o755);
  });

  it("refuses a folder in which everybody can write: its files are believed", async () => {
    const path = join(tempDir(), "home");
    mkdirSync(path);
    chmodSync(path, 0o777);
    await expect(ensureHomeFolder(path)).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      hint: expect.stringContaining(`chmod 700 "${path}"`),
    });
  });
});
