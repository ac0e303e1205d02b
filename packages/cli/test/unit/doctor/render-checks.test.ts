import type { CheckResult } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { renderChecks } from "../../../src/doctor/render-checks.ts";
import { styleFor } from "../../../src/ui/style.ts";
import { sink } from "../support/streams.ts";

const check = (status: CheckResult["status"], fix?: string): CheckResult => ({
  ...{ id: "x", title: "Title", status, detail: `it is ${status}\u001b[2J`, fix, durationMs: 1 },
});

describe("renderChecks", () => {
  it("shows one line a check, and below what is not well what to do", () => {
    const text = renderChecks(
      [check("pass", "Nothing."), check("fail", "Do this."), check("skip")],
      styleFor(sink(), {}),
    );
    expect(text.split("\n")).toEqual([
      "pass  Title: it is pass\\u{1b}[2J",
      "fail  Title: it is fail\\u{1b}[2J",
      "      Do this.",
      "skip  Title: it is skip\\u{1b}[2J",
      "",
    ]);
  });

  it("keeps the lines of a failure that has several, aligned", () => {
    const many = { ...check("fail", "Start it.\n  Or another."), detail: "Nobody answers.\n  here: no\n  there: no" };
    expect(renderChecks([many], styleFor(sink(), {}))).toBe(
      [
        "fail  Title: Nobody answers.",
        "      here: no",
        "      there: no",
        "      Start it.",
        "      Or another.",
        "",
      ].join("\n"),
    );
  });
});
