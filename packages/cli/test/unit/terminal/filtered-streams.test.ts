import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { withFilteredStreams } from "../../../src/terminal/filtered-streams.ts";

const CLIPBOARD = "a\x1b]52;c;QQ==\x07b";
const stream = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });

describe("withFilteredStreams", () => {
  it("filters what a terminal shows, and resets it afterwards", async () => {
    const streams = { stdout: stream(false), stderr: stream(true) };
    const result = await withFilteredStreams(streams, ({ stdout, stderr }) => {
      stdout.write(CLIPBOARD);
      stderr.write(`${CLIPBOARD}\x1b[?1049h`);
      return Promise.resolve(7);
    });
    expect(result).toBe(7);
    expect(String(streams.stdout.read())).toBe(CLIPBOARD);
    const shown = String(streams.stderr.read());
    expect(shown.startsWith("ab\x1b[?1049h\x1b[?2026l")).toBe(true);
    expect(shown).toContain("\x1b[?1049l");
    expect(shown).not.toContain("52;c");
  });

  it("does so when the command ends its streams, or fails", async () => {
    const streams = { stdout: stream(true), stderr: stream(true) };
    const running = withFilteredStreams(streams, ({ stdout, stderr }) => {
      stdout.end(`${CLIPBOARD}\x1b[m`);
      stderr.write("half \x1b[1m\x1b[3");
      return Promise.reject(new Error("no engine"));
    });
    await expect(running).rejects.toThrow("no engine");
    expect(String(streams.stdout.read())).toMatch(/^ab.+\?25h/u);
    expect(String(streams.stderr.read())).toMatch(/^half .+\?25h/u);
    expect(streams.stdout.writableEnded).toBe(false);
  });

  it("leaves text alone, for terminals that know no sequences", async () => {
    const streams = { stdout: stream(true), stderr: stream(true) };
    await withFilteredStreams(streams, ({ stdout }) => Promise.resolve(stdout.write(`${CLIPBOARD}\n`)));
    expect(String(streams.stdout.read())).toBe("ab\n");
    expect(streams.stderr.read()).toBeNull();
  });
});
