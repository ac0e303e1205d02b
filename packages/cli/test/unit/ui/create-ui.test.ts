import { describe, expect, it } from "@jest/globals";
import { createUi } from "../../../src/ui/create-ui.ts";
import { sink, source } from "../support/streams.ts";

const uiWith = ({ stdinIsTTY = false, stderrIsTTY = false } = {}) => {
  const [stdout, stderr] = [sink(), sink({ isTTY: stderrIsTTY })];
  const { signal } = new AbortController();
  const ui = createUi({ stdin: source("", { isTTY: stdinIsTTY }), stdout, stderr, env: {}, json: false, signal });
  return { ui, stdout, stderr };
};

describe("createUi", () => {
  it("refuses to ask without a terminal on both sides, and names what answers", async () => {
    for (const sides of [{}, { stdinIsTTY: true }, { stderrIsTTY: true }]) {
      const { ui, stderr } = uiWith(sides);
      expect(ui.interactive).toBe(false);
      const refusal = { code: "BB_INPUT_REQUIRED", hint: "Give the answer with --yes." };
      await expect(ui.confirm("Really?", "--yes")).rejects.toMatchObject(refusal);
      await expect(ui.secret("Token?", "--yes")).rejects.toMatchObject(refusal);
      expect(stderr.text).toBe("");
    }
    expect(uiWith({ stdinIsTTY: true, stderrIsTTY: true }).ui.interactive).toBe(true);
  });

  it("names what could have been picked, ten at most", async () => {
    const { ui } = uiWith();
    const choices = Array.from({ length: 12 }, (_, index) => ({ value: `b${index}`, label: "" }));
    await expect(ui.select("Which?", choices.slice(0, 2), "its name")).rejects.toMatchObject({
      hint: "Give the answer with its name: b0, b1.",
    });
    await expect(ui.select("Which?", choices, "its name")).rejects.toMatchObject({
      hint: expect.stringMatching(/: b0, b1, .*, b9, and 2 more\.$/),
    });
  });

  it("writes notes and warnings to stderr", () => {
    const { ui, stdout, stderr } = uiWith();
    ui.note("A note.");
    ui.warn("Careful.", "Look.");
    expect([stdout.text, stderr.text]).toEqual(["", "A note.\nwarning: Careful.\n  Look.\n"]);
  });
});
