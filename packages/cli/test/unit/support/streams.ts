import { PassThrough, Writable } from "node:stream";
import type { InputStream, OutputStream } from "../../../src/ui/ui.ts";

export type Sink = OutputStream & { readonly text: string };

/** An output that keeps what it gets. */
export function sink({ isTTY = false, columns = 80 } = {}): Sink {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString("utf8"));
      done();
    },
  });
  return Object.defineProperties(Object.assign(stream, { isTTY, columns }), {
    text: { get: () => chunks.join("") },
  }) as unknown as Sink;
}

/** An input that holds a text, and ends with it. */
export function source(text = "", { isTTY = false } = {}): InputStream {
  return Object.assign(new PassThrough().end(text), { isTTY });
}
