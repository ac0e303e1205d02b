import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { DECODABLE, decodableAccept, decodersFor } from "../../../src/scan/decoders.ts";

async function decode(encoding: string, body: Buffer): Promise<string> {
  const parts: Buffer[] = [];
  const sink = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
  });
  await pipeline([Readable.from([body]), ...(decodersFor(encoding) ?? []), sink]);
  return Buffer.concat(parts).toString();
}

describe("decodersFor", () => {
  it("undoes codings in the order in which they were put on", async () => {
    const body = Buffer.from("hello");
    expect(await decode("gzip", zlib.gzipSync(body))).toBe("hello");
    expect(await decode("deflate", zlib.deflateSync(body))).toBe("hello");
    expect(await decode("br", zlib.brotliCompressSync(body))).toBe("hello");
    expect(await decode(" GZIP , br", zlib.brotliCompressSync(zlib.gzipSync(body)))).toBe("hello");
    expect(await decode("identity", body)).toBe("hello");
    const { zstdCompressSync } = zlib as Partial<Record<"zstdCompressSync", (bytes: Buffer) => Buffer>>;
    expect(DECODABLE.has("zstd")).toBe(zstdCompressSync !== undefined);
    expect(zstdCompressSync ? await decode("zstd", zstdCompressSync(body)) : "hello").toBe("hello");
  });

  it("refuses what it does not know and too many layers", () => {
    for (const coding of ["compress", "constructor", "gzip, x", "gzip, gzip, gzip, gzip"]) {
      expect(decodersFor(coding)).toBeUndefined();
    }
  });

  it("gives out what was flushed before the stream ends", async () => {
    const gzip = zlib.createGzip();
    const [decoder] = decodersFor("gzip") ?? [];
    if (!decoder) throw new Error("no decoder");
    gzip.pipe(decoder);
    gzip.write("data: 1\n\n");
    gzip.flush();
    const first = await new Promise<Buffer>((resolve) => decoder.once("data", resolve));
    expect(first.toString()).toBe("data: 1\n\n");
    gzip.destroy();
  });
});

describe("decodableAccept", () => {
  it("keeps what can be decoded, with its weight", () => {
    expect(decodableAccept("gzip;q=0.5, compress, br, *, dcb")).toBe("gzip;q=0.5, br");
    expect(decodableAccept("*")).toBe("identity");
  });
});
