import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";

describe("BotBottleError", () => {
  it("has code, hint and cause, and a name that no log lists as a field", () => {
    const cause = new Error("socket");
    const error = new BotBottleError("BB_LAUNCH", "It broke.", { hint: "Mend it.", cause });
    expect(error).toMatchObject({ code: "BB_LAUNCH", message: "It broke.", hint: "Mend it." });
    expect(error.cause).toBe(cause);
    expect(Object.keys(error)).toEqual(["code", "hint"]);
    expect(String(error)).toBe("BotBottleError: It broke.");
    expect(inspect(error)).toContain("BotBottleError: It broke.");
  });

  it("has no cause of its own when none was given", () => {
    expect(Object.hasOwn(new BotBottleError("BB_LAUNCH", "It broke."), "cause")).toBe(false);
    expect(Object.hasOwn(new BotBottleError("BB_LAUNCH", "It broke.", { cause: undefined }), "cause")).toBe(false);
  });

  it("is known by its brand, also when another copy of core made it", () => {
    const branded = runInNewContext(`
      const error = new Error("from elsewhere");
      error.code = "BB_LAUNCH";
      error[Symbol.for("@bot-bottle/core/BotBottleError")] = true;
      error;
    `) as unknown;
    expect(BotBottleError.is(branded)).toBe(true);
    expect(BotBottleError.is(new BotBottleError("BB_LAUNCH", "It broke."))).toBe(true);
  });

  it.each([undefined, null, 7, "BB_LAUNCH", {}, new Error("x"), { code: "BB_LAUNCH", message: "looks like one" }])(
    "does not take %p for one",
    (value) => {
      expect(BotBottleError.is(value)).toBe(false);
    },
  );
});
