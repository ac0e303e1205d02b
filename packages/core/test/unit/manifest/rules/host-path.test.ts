import { describe, expect, it } from "@jest/globals";
import { readHostPath } from "../../../../src/manifest/rules/host-path.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readHostPath", () => {
  it.each([
    ["a/b", "/h/bottles/a/b"],
    ["./a", "/h/bottles/a"],
    ["../a", "/h/a"],
    ["/a/../b", "/b"],
    ["~/a", "/home/me/a"],
    ["~", "/home/me"],
  ])("%s is %s", (written, path) => {
    expect(readHostPath(sectionOf(`p: "${written}"`).text("p"), readContext())).toBe(path);
  });
});
