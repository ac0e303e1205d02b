import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

const HEADER_BYTES = 8;
const STDERR = 2;

const brokenOff = (why: string): Error => Object.assign(new Error(why), { code: "ECONNRESET" });

async function write(sink: Writable, chunk: Buffer): Promise<void> {
  if (sink.write(chunk)) return;
  if (!sink.destroyed) {
    const waiting = new AbortController();
    const { signal } = waiting;
    await Promise.race([once(sink, "drain", { signal }), once(sink, "close", { signal })]).finally(() => {
      waiting.abort();
    });
  }
  if (sink.destroyed) throw sink.errored ?? new Error("nobody takes the output any more");
}

/**
 * Takes apart the engine's stream of an exec without a terminal: frames of a kind, a length and content. A sink that is
 * full holds the stream up. Ends none of the sinks.
 * @throws Error when the stream breaks off, a frame is of no kind that there is, or a sink fails
 */
export async function demux(stream: Readable, stdout: Writable, stderr: Writable): Promise<void> {
  let header = Buffer.alloc(0);
  let left = 0;
  let sink = stdout;
  for await (const piece of stream) {
    let chunk = piece as Buffer;
    while (chunk.length > 0) {
      if (left === 0) {
        const missing = HEADER_BYTES - header.length;
        header = Buffer.concat([header, chunk.subarray(0, missing)]);
        chunk = chunk.subarray(missing);
        if (header.length < HEADER_BYTES) continue;
        const kind = header.readUInt8(0);
        if (kind > STDERR) throw brokenOff("the engine's stream is not what it should be");
        sink = kind === STDERR ? stderr : stdout;
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = chunk.subarray(0, left);
      chunk = chunk.subarray(part.length);
      left -= part.length;
      await write(sink, part);
    }
  }
  if (left > 0 || header.length > 0) throw brokenOff("the engine's stream broke off");
}
