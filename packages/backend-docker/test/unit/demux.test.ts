import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { demux } from "../../src/demux.ts";

function frame(kind: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function sink(): Writable & { text: string } {
  const collected = Object.assign(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        collected.text += chunk.toString();
        done();
      },
    }),
    { text: "" },
  );
  return collected;
}

describe("demux", () => {
  it("gives each side its own, however the stream is cut", async () => {
    const bytes = Buffer.concat([frame(1, "out one "), frame(2, "err "), frame(1, ""), frame(1, "out two")]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 10 }), async (cuts) => {
        const places = [0, ...[...new Set(cuts)].sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const [out, err] = [sink(), sink()];
        await demux(Readable.from(pieces), out, err);
        expect([out.text, err.text]).toEqual(["out one out two", "err "]);
      }),
    );
  });

  it("waits for a sink that is full", async () => {
    const slow = new PassThrough({ highWaterMark: 10 });
    let isDone = false;
    const work = demux(Readable.from([frame(1, "x".repeat(100)), frame(1, "y")]), slow, sink()).then(
      () => (isDone = true),
    );
    await delay(20);
    expect(isDone).toBe(false);
    slow.resume();
    await work;
  });

  it("fails when a sink goes away while it is full", async () => {
    const slow = new PassThrough({ highWaterMark: 10 });
    slow.on("error", () => undefined);
    const work = demux(Readable.from([frame(1, "x".repeat(100)), frame(1, "y")]), slow, sink());
    await delay(5);
    slow.destroy(new Error("reader left"));
    await expect(work).rejects.toThrow("reader left");
  });

  it.each([
    ["an unfinished frame", frame(1, "cut off").subarray(0, 10)],
    ["an unfinished header", frame(1, "cut off").subarray(0, 5)],
    ["a frame of no kind that there is", frame(7, "what")],
  ])("takes %s for a connection that broke", async (_title, bytes) => {
    await expect(demux(Readable.from([bytes]), sink(), sink())).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});
