import { describe, expect, it } from "@jest/globals";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { placedError } from "../../../src/prepare/placed-error.ts";

const error = new BotBottleError("BB_PROVIDER_UNKNOWN", "There is no provider.", { hint: "Known: a.", cause: 1 });

describe("placedError", () => {
  it("says where, and keeps the rest", () => {
    expect(placedError(error, "b.md:3:5")).toMatchObject({
      code: "BB_PROVIDER_UNKNOWN",
      message: "b.md:3:5: there is no provider.",
      hint: "Known: a.",
      cause: 1,
    });
  });

  it("leaves alone what has no place, has one already, or is no coded error", () => {
    const placed = placedError(error, "b.md:3:5");
    expect(placedError(placed, "b.md:3:5")).toBe(placed);
    expect(placedError(error, "default")).toBe(error);
    const bug = new TypeError("x");
    expect(placedError(bug, "b.md:3:5")).toBe(bug);
  });
});
