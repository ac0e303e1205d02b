import { BotBottleError, ERROR_CODES, type ErrorCode } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { renderError } from "../../../src/errors/render.ts";
import { styleFor } from "../../../src/ui/style.ts";
import { sink } from "../support/streams.ts";

const plain = styleFor(sink(), {});

describe("renderError", () => {
  it("shows an expected failure as code, sentence and indented hint, and as data", () => {
    const error = new BotBottleError("BB_USAGE", "Not so.", { hint: "Do this.\nOr that." });
    expect(renderError(error, plain)).toEqual({
      exitCode: 2,
      text: "BB_USAGE Not so.\n  Do this.\n  Or that.\n",
      json: { error: { code: "BB_USAGE", message: "Not so.", hint: "Do this.\nOr that." } },
    });
    expect(renderError(new BotBottleError("BB_LAUNCH", "Not so."), plain).text).toBe("BB_LAUNCH Not so.\n");
  });

  it("knows an exit code for every error code: 1 or 2, and 130 when it was stopped", () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const { exitCode } = renderError(new BotBottleError(code, "x"), plain);
      expect([code, exitCode]).toEqual([code, code === "BB_ABORTED" ? 130 : ERROR_CODES[code].exitCode]);
    }
  });

  it.each([new TypeError("of nothing"), "a text", undefined, null, { message: "odd" }])(
    "takes %p for a bug",
    (thrown) => {
      const { exitCode, text, json } = renderError(thrown, plain);
      expect([exitCode, json.error.code]).toEqual([70, "BB_BUG"]);
      expect(text).toMatch(
        /^This is a bug in bot-bottle\. Please report it at https:\/\/\S+ with these lines:\n {2}\S/,
      );
    },
  );

  it("lets nothing through that a terminal would obey", () => {
    const evil = "\u001b]52;c;ZXZpbA==\u0007\u001b[2J\rx";
    for (const thrown of [new BotBottleError("BB_LAUNCH", evil, { hint: evil }), new Error(evil)]) {
      // eslint-disable-next-line no-control-regex
      expect(renderError(thrown, plain).text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  it("colours the code alone, on a terminal", () => {
    const coloured = styleFor(sink({ isTTY: true }), {});
    expect(renderError(new BotBottleError("BB_USAGE", "No."), coloured).text).toBe(
      "\u001b[31mBB_USAGE\u001b[39m No.\n",
    );
  });
});
