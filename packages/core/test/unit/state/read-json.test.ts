import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readJson } from "../../../src/state/read-json.ts";
import { tempDir } from "../../support/temp-home.ts";

describe("readJson", () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ["null", null],
    ['{"a":', undefined],
    ["", undefined],
  ])("of %j is %p", async (text, value) => {
    const path = join(tempDir(), "file.json");
    writeFileSync(path, text);
    expect(await readJson(path)).toEqual(value);
  });

  it("knows nothing of a file that is not there", async () => {
    expect(await readJson(join(tempDir(), "none.json"))).toBeUndefined();
  });

  it("does not take another failure for absence", async () => {
    const path = join(tempDir(), "folder.json");
    mkdirSync(path);
    await expect(readJson(path)).rejects.toMatchObject({
      code: "BB_HOME_UNUSABLE",
      message: `Cannot read "${path}" (EISDIR).`,
    });
  });
});
