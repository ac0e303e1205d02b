import { describe, expect, it } from "@jest/globals";
import { readWorkspace } from "../../../../src/manifest/rules/workspace.ts";
import { sectionOf } from "../support/bottle.ts";

describe("readWorkspace", () => {
  it("copies nothing unless told", () => {
    expect(readWorkspace(sectionOf(""))).toEqual({ mode: "none", includeIgnored: false });
    expect(readWorkspace(sectionOf("mode: copy\npath: /w\ninclude_ignored: true"))).toEqual({
      mode: "copy",
      path: "/w",
      includeIgnored: true,
    });
  });
});
