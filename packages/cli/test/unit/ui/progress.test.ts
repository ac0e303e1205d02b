import { describe, expect, it } from "@jest/globals";
import { createProgress } from "../../../src/ui/progress.ts";
import { styleFor } from "../../../src/ui/style.ts";
import { sink } from "../support/streams.ts";

const CLEAR = "\r\u001b[2K";

describe("progress", () => {
  it("is plain lines where no terminal is", () => {
    const stderr = sink();
    const progress = createProgress(stderr, styleFor(stderr, {}));
    progress.report({ type: "step", step: "a", title: "First" });
    progress.report({ type: "step", step: "b", title: "Nothing to do", idle: true });
    progress.report({ type: "progress", step: "a", line: "Step 1/2\u001b[2J" });
    progress.report({ type: "step-done", step: "a", durationMs: 5 });
    progress.report({ type: "warning", message: "Careful.", hint: "Look." });
    progress.settle();
    expect(stderr.text).toBe("First\n  Step 1/2\\u{1b}[2J\nwarning: Careful.\n  Look.\n");
  });

  it("is one changing line on a terminal, with warnings left above it", () => {
    const stderr = sink({ isTTY: true, columns: 30 });
    const progress = createProgress(stderr, styleFor(stderr, { NO_COLOR: "1" }));
    progress.report({ type: "step", step: "a", title: "First" });
    progress.report({ type: "warning", message: "Careful." });
    progress.report({ type: "step", step: "b", title: "x".repeat(100) });
    progress.settle();
    progress.settle();
    expect(stderr.text).toBe(`First${CLEAR}warning: Careful.\n${"x".repeat(29)}${CLEAR}`);
  });
});
