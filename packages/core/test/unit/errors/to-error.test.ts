import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { errorCode, isDiskFull, isSyntaxError, toError } from "../../../src/errors/to-error.ts";

describe("toError", () => {
  it("returns errors of any realm unchanged", async () => {
    const foreign = runInNewContext('new TypeError("elsewhere")') as unknown;
    const ofNode: unknown = await readFile("/nonexistent/file").catch((error: unknown) => error);
    expect(toError(foreign)).toBe(foreign);
    expect(toError(ofNode)).toBe(ofNode);
  });

  it("takes whatever has a message for an error", () => {
    const thrown = { message: "plain object", status: 500 };
    expect(toError(thrown)).toBe(thrown);
  });

  it.each([
    ["text", "text"],
    [7, "7"],
    [undefined, "undefined"],
    [null, "null"],
    [{ message: 7 }, "[object Object]"],
    [Symbol("s"), "Symbol(s)"],
    [Object.create(null), "something that has no text was thrown"],
  ])("makes an error of %p", (thrown: unknown, message) => {
    expect(toError(thrown).message).toBe(message);
  });
});

describe("errorCode", () => {
  it.each([
    [{ code: "ENOENT" }, "ENOENT"],
    [{ code: 42 }, undefined],
    [{}, undefined],
    [null, undefined],
    ["ENOENT", undefined],
  ])("of %p is %p", (value: unknown, code) => {
    expect(errorCode(value)).toBe(code);
  });
});

describe("isDiskFull", () => {
  it.each([
    ["ENOSPC", true],
    ["EDQUOT", true],
    ["EACCES", false],
  ])("of %s is %p", (code, expected) => {
    expect(isDiskFull({ code })).toBe(expected);
  });
});

describe("isSyntaxError", () => {
  it("knows what JSON.parse throws, of any realm", () => {
    let thrown: unknown;
    try {
      JSON.parse("{");
    } catch (error) {
      thrown = error;
    }
    expect(isSyntaxError(thrown)).toBe(true);
    expect(isSyntaxError(runInNewContext('try { JSON.parse("{") } catch (error) { error }'))).toBe(true);
    expect(isSyntaxError(new TypeError("x"))).toBe(false);
    expect(isSyntaxError({ name: "SyntaxError" })).toBe(false);
  });
});
