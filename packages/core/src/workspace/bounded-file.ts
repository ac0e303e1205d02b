import { createWriteStream } from "node:fs";
import { Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A new file (0600) that somebody streams into. */
export interface BoundedFile {
  /** breaks when the file can take no more */
  readonly sink: Writable;
  /** aborted at that moment, for whoever does not look at the sink */
  readonly signal: AbortSignal;
  /** true once more than the limit was offered */
  readonly isOver: () => boolean;
  /** Ends the file. @throws what broke it */
  close(): Promise<void>;
}

/** @param path must not exist */
export function boundedFile(path: string, maxBytes: number): BoundedFile {
  const stop = new AbortController();
  let total = 0;
  const sink = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) done(new Error(`more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  const written = pipeline(sink, createWriteStream(path, { flags: "wx", mode: 0o600 })).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  written.catch(() => undefined); // `close` hears of it
  const close = async (): Promise<void> => {
    if (!sink.writableEnded && !sink.destroyed) sink.end();
    await written;
  };
  return { sink, signal: stop.signal, isOver: () => total > maxBytes, close };
}
