import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { NameConflict } from "../../../src/backend/name-conflict.ts";

describe("NameConflict", () => {
  it("is known in every realm and copy by its name", () => {
    expect(NameConflict.is(new NameConflict("taken"))).toBe(true);
    expect(NameConflict.is(runInNewContext('Object.assign(new Error("taken"), { name: "NameConflict" })'))).toBe(true);
    expect(String(new NameConflict("taken"))).toBe("NameConflict: taken");
  });

  it.each([undefined, null, "NameConflict", new Error("NameConflict")])("is not %p", (value) => {
    expect(NameConflict.is(value)).toBe(false);
  });
});
