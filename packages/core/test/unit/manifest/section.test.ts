import { describe, expect, it } from "@jest/globals";
import { fromOf } from "../../../src/manifest/section.ts";
import { sectionOf } from "./support/bottle.ts";

describe("Section", () => {
  const section = sectionOf("a: text\nb: 1\nc: true\nd: null\ne: [x, 1, { f: y }]\ng: { h.i: z }");

  it("reads by type, and nothing of another type", () => {
    expect(section.text("a")).toMatchObject({ value: "text", key: "a" });
    expect(section.number("b")).toMatchObject({ value: 1 });
    expect(section.flag("c")).toMatchObject({ value: true });
    for (const key of ["b", "c", "d", "e", "g", "none"]) expect(section.text(key)).toBeUndefined();
    expect(section.section("a").isWritten).toBe(false);
    expect(section.section("none").section("deeper").text("x")).toBeUndefined();
  });

  it("reads lists item by item", () => {
    expect(section.texts("e").map(({ value, key }) => [value, key])).toEqual([["x", "e[0]"]]);
    expect(section.sections("e").map((item) => item.text("f")?.key)).toEqual([undefined, undefined, "e[2].f"]);
    expect(section.items("a")).toEqual([]);
  });

  it("knows keys and places", () => {
    expect(section.keys).toEqual(["a", "b", "c", "d", "e", "g"]);
    const field = section.section("g").text("h.i");
    expect(field?.key).toBe('g["h.i"]');
    expect(field === undefined ? "" : fromOf(field)).toBe("/h/bottles/b.md:6:11");
    expect(section.place).toMatchObject({ line: 1, column: 1 });
  });
});
