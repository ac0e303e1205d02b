import { describe, expect, it } from "@jest/globals";
import { formatPlace } from "../../../src/manifest/place.ts";

describe("formatPlace", () => {
  it("is safe to print", () => {
    expect(formatPlace({ path: "/a\u001b/b.md", line: 3, column: 7 })).toBe("/a\\u{1b}/b.md:3:7");
  });
});
