import { Writable } from "node:stream";
import { setImmediate as settled } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { watchOutputs } from "../../src/output-errors.ts";
import { sink } from "./support/streams.ts";

const failing = (code: string): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done(Object.assign(new Error(code), { code }));
    },
  });

async function written(stdout: Writable, stderr: Writable): Promise<boolean> {
  const isCut = watchOutputs(stdout, stderr);
  stdout.write("answer");
  await settled();
  return isCut();
}

describe("watchOutputs", () => {
  it.each(["EPIPE", "EIO"])("takes a reader that is gone (%s) for no failure", async (code) => {
    const stderr = sink();
    expect([await written(failing(code), stderr), stderr.text]).toEqual([false, ""]);
  });

  it.each(["ENOSPC", "EDQUOT"])("says once that the disk is full (%s)", async (code) => {
    const stderr = sink();
    expect(await written(failing(code), stderr)).toBe(true);
    expect(stderr.text).toMatch(/^BB_DISK_FULL The answer could not be written whole/);
  });

  it("says nothing where nothing can be said", async () => {
    expect(await written(failing("ENOSPC"), failing("ENOSPC"))).toBe(true);
  });
});
