import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { followTrail } from "../../../src/logs/follow.ts";
import { testContext } from "../support/context.ts";

describe("followTrail", () => {
  it("shows whole lines as they come, cut anywhere, and ends with the trail", async () => {
    using context = testContext();
    const file = join(context.cwd, "trail.jsonl");
    writeFileSync(file, '{"type":"start"}\n{"type":"req');
    const lines: string[] = [];
    const following = followTrail(file, (line) => lines.push(line), context.signal);
    const rest = Buffer.from('uest","path":"/ä"}\n{"type":"end","count":2}\n');
    const cut = rest.indexOf(0xa4); // inside of the ä
    setTimeout(() => {
      appendFileSync(file, rest.subarray(0, cut));
    }, 100);
    setTimeout(() => {
      appendFileSync(file, rest.subarray(cut));
    }, 500);
    await following;
    expect(lines).toEqual(['{"type":"start"}', '{"type":"request","path":"/ä"}', '{"type":"end","count":2}']);
  });

  it("ends with the signal", async () => {
    const controller = new AbortController();
    using context = testContext();
    const file = join(context.cwd, "trail.jsonl");
    writeFileSync(file, '{"type":"start"}\n');
    setTimeout(() => {
      controller.abort();
    }, 50);
    const lines: string[] = [];
    await followTrail(file, (line) => lines.push(line), controller.signal);
    expect(lines).toHaveLength(1);
  });
});
