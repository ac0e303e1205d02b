import { describe, expect, it } from "@jest/globals";
import { readMatches } from "../../../../src/manifest/rules/matches.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readMatches", () => {
  it("brings methods to upper case and header names to lower case, and fills in what is not written", () => {
    const yaml = [
      "matches:",
      "  - paths: [{ type: exact, value: /a }, { type: prefix, value: / }, { type: regex, value: '/b/.*' }]",
      "    methods: [get, PoSt]",
      "  - headers: [{ name: X-Thing, value: 'Yes, It Is' }]",
      "  - {}",
    ].join("\n");
    const context = readContext();
    expect(readMatches(sectionOf(yaml).sections("matches"), context)).toEqual([
      {
        paths: [
          { type: "exact", value: "/a" },
          { type: "prefix", value: "/" },
          { type: "regex", value: "/b/.*" },
        ],
        methods: ["GET", "POST"],
        headers: [],
      },
      { paths: [], methods: [], headers: [{ name: "x-thing", value: "Yes, It Is" }] },
      { paths: [], methods: [], headers: [] },
    ]);
    expect(context.issues.isEmpty()).toBe(true);
  });
});
