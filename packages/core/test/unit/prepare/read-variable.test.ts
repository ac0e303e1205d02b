import { describe, expect, it } from "@jest/globals";
import { readVariable } from "../../../src/prepare/read-variable.ts";

describe("readVariable", () => {
  it.each([
    ["TOKEN", "value"],
    ["EMPTY", ""],
    ["NONE", undefined],
    ["UNSET", undefined],
    ["constructor", undefined],
    ["toString", undefined],
    ["__proto__", undefined],
  ])("of %s is %p", (name, value) => {
    expect(readVariable({ TOKEN: "value", EMPTY: "", UNSET: undefined }, name)).toBe(value);
  });

  it.each(["constructor", "toString", "__proto__"])("finds no %s in the process's own environment", (name) => {
    expect(readVariable(process.env, name)).toBeUndefined();
  });
});
