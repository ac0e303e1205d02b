import { describe, expect, it } from "@jest/globals";
import { homeError } from "../../../src/state/home-error.ts";

describe("homeError", () => {
  it.each([
    ["ENOSPC", "BB_DISK_FULL", 'Cannot write "x": the disk is full.'],
    ["EDQUOT", "BB_DISK_FULL", 'Cannot write "x": the disk is full.'],
    ["EACCES", "BB_HOME_UNUSABLE", 'Cannot write "x" (EACCES).'],
    [undefined, "BB_HOME_UNUSABLE", 'Cannot write "x" (error).'],
  ])("of %p is %s", (code, expected, message) => {
    const cause = Object.assign(new Error("made up"), code === undefined ? {} : { code });
    const error = homeError('Cannot write "x"', cause);
    expect(error).toMatchObject({ code: expected, message, hint: expect.any(String) });
    expect(error.cause).toBe(cause);
  });
});
