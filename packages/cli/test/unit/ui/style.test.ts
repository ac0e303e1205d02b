import { describe, expect, it } from "@jest/globals";
import { styleFor } from "../../../src/ui/style.ts";
import { sink } from "../support/streams.ts";

describe("styleFor", () => {
  it.each([
    ["a terminal", true, {}, true],
    ["no terminal", false, {}, false],
    ["NO_COLOR", true, { NO_COLOR: "0" }, false],
    ["an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
  ])("%s", (_what, isTTY, env, isColoured) => {
    const style = styleFor(sink({ isTTY }), env);
    for (const paint of Object.values<(text: string) => string>({ ...style }))
      expect(paint("x") !== "x").toBe(isColoured);
  });
});
