import { setTimeout as delay } from "node:timers/promises";
import type { ReportEvent } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { ProgressLines } from "../../../src/images/progress.ts";

function setUp() {
  const events: ReportEvent[] = [];
  let now = 0;
  const lines = new ProgressLines({ report: (event) => events.push(event) }, "image.agent", () => now);
  return { events, lines, wait: (ms: number) => (now += ms) };
}

describe("ProgressLines", () => {
  it("passes on a line now and then, and keeps the last ones", () => {
    const { events, lines, wait } = setUp();
    for (let index = 0; index < 50; index++) {
      lines.write(`line ${index}\n`);
      wait(30);
    }
    lines.write("unfinished");
    expect(events.length).toBeLessThan(15);
    expect(events[0]).toEqual({ type: "progress", step: "image.agent", line: "line 0" });
    expect(lines.tail()).toHaveLength(20);
    expect(lines.tail().at(-1)).toBe("unfinished");
  });

  it("shows the line before a long silence, unless the job ends first", async () => {
    const { events, lines } = setUp();
    lines.write("Step 1\nStep 2\nStep 3\n");
    expect(events).toHaveLength(1);
    await delay(150);
    expect(events.slice(1)).toEqual([{ type: "progress", step: "image.agent", line: "Step 3" }]);
    lines.write("Step 4\nStep 5\n");
    lines.end();
    await delay(150);
    expect(events).toHaveLength(2);
  });

  it("joins pieces, takes the last state of a progress bar, and escapes what a terminal would obey", () => {
    const { events, lines, wait } = setUp();
    lines.write("half ");
    lines.write("line\r\n");
    wait(200);
    lines.write("10%\r50%\r100%\n");
    wait(200);
    lines.write("\u001b]52;c;ZXZpbA==\u0007\n");
    expect(events.map((event) => (event.type === "progress" ? event.line : ""))).toEqual([
      "half line",
      "100%",
      "\\u{1b}]52;c;ZXZpbA==\\u{7}",
    ]);
  });
});
