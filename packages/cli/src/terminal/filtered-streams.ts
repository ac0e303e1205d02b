import type { Writable } from "node:stream";
import { FilteredOutput } from "./filtered-output.ts";

type OutputStream = Writable & { readonly isTTY?: boolean };

export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

const MAX_FLUSH_MS = 5000;

/**
 * Lends stdout and stderr to a command in a bottle that has no terminal of its own. What a terminal would show is
 * filtered, and what it changed is undone afterwards; a file or a pipe gets every byte.
 */
export async function withFilteredStreams<T>(
  streams: OutputStreams,
  use: (streams: { readonly stdout: Writable; readonly stderr: Writable }) => Promise<T>,
): Promise<T> {
  const filtered: (readonly [FilteredOutput, Writable])[] = [];
  const lend = (stream: OutputStream): Writable => {
    if (stream.isTTY !== true) return stream;
    const output = new FilteredOutput(stream, false);
    filtered.push([output, stream]);
    return output;
  };
  try {
    return await use({ stdout: lend(streams.stdout), stderr: lend(streams.stderr) });
  } finally {
    for (const [output, stream] of filtered) {
      await output.flushed(MAX_FLUSH_MS);
      const reset = output.close();
      if (output.hasSequences) stream.write(reset);
    }
  }
}
