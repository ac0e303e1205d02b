import { describe, expect, it } from "@jest/globals";
import { launchError } from "../../../src/backend/launch-error.ts";
import { NameConflict } from "../../../src/backend/name-conflict.ts";
import { BotBottleError } from "../../../src/errors/bot-bottle-error.ts";
import { FakePlan } from "../../../src/testing/fake-backend.ts";
import { sampleInit } from "../../support/sample-metadata.ts";

const plan = new FakePlan(sampleInit());
const undo = [
  { title: "network", error: new Error("busy \u001b[2J http://u:pw@h/") },
  { title: "machine", error: "stuck" },
];
const LEFT = "Not undone: network (busy \\u{1b}[2J http://[redacted]@h/); machine (stuck). Run `bot-bottle cleanup`.";

describe("launchError", () => {
  it("is the coded cause itself when everything was undone", () => {
    const cause = new BotBottleError("BB_IMAGE_BUILD", "It did not build.");
    expect(launchError({ plan, cause, isAborted: false, undo: [] })).toBe(cause);
  });

  it("puts what was not undone beside the first error, which stays the first", () => {
    const cause = new BotBottleError("BB_IMAGE_BUILD", "It did not build.", { hint: "Look at line 3." });
    const error = launchError({ plan, cause, isAborted: false, undo });
    expect(error).toMatchObject({
      code: "BB_IMAGE_BUILD",
      message: "It did not build.",
      hint: `Look at line 3.\n${LEFT}`,
    });
    expect((error.cause as AggregateError).errors).toEqual([cause, ...undo.map((failed) => failed.error)]);
  });

  it("gives an error without a code BB_LAUNCH, safe to print", () => {
    const cause = new Error("read ECONNRESET\u0007");
    const error = launchError({ plan, cause, isAborted: false, undo: [] });
    expect(error).toMatchObject({
      code: "BB_LAUNCH",
      message: 'Could not launch "reviewer-abcde": read ECONNRESET\\u{7}',
      hint: "Run `bot-bottle doctor`.",
    });
    expect(error.cause).toBe(cause);
    expect(launchError({ plan, cause, isAborted: false, undo })).toMatchObject({ code: "BB_LAUNCH", hint: LEFT });
  });

  it("is BB_ABORTED after an abort, whatever broke because of it", () => {
    const cause = new BotBottleError("BB_SIDECAR", "The sidecar went away.");
    const error = launchError({ plan, cause, isAborted: true, undo: [] });
    expect(error).toMatchObject({
      code: "BB_ABORTED",
      message: 'The launch of "reviewer-abcde" was stopped.',
      hint: undefined,
    });
    expect(error.cause).toBe(cause);
    expect(launchError({ plan, cause, isAborted: true, undo })).toMatchObject({ code: "BB_ABORTED", hint: LEFT });
  });

  it("lets a name conflict pass only when nothing of the attempt is left", () => {
    const cause = new NameConflict("taken");
    expect(launchError({ plan, cause, isAborted: false, undo: [] })).toBe(cause);
    expect(launchError({ plan, cause, isAborted: false, undo })).toMatchObject({ code: "BB_LAUNCH", hint: LEFT });
  });
});
