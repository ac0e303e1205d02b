import type { Readable } from "node:stream";

const LINE_END = 0x0a;

export interface JsonLinesHandlers {
  readonly onMessage: (message: unknown) => void;
  /** the other side broke the framing: a line too long, or not JSON; nothing more is read. The text holds no input */
  readonly onBroken: (reason: string) => void;
  /** the stream ended, after whole lines only or in the middle of one */
  readonly onEnd: () => void;
}

/** Reads one JSON document a line from a byte stream; a line longer than `maxBytes` ends the reading. */
export function readJsonLines(stream: Readable, maxBytes: number, handlers: JsonLinesHandlers): void {
  let parts: Buffer[] = [];
  let size = 0;
  let broken = false;

  const fail = (reason: string): void => {
    broken = true;
    parts = [];
    handlers.onBroken(reason);
  };
  const take = (line: Buffer): void => {
    if (line.length === 0) return;
    let message: unknown;
    try {
      message = JSON.parse(line.toString("utf8"));
    } catch {
      fail("a line is not JSON");
      return;
    }
    handlers.onMessage(message);
  };

  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    while (!broken && start < chunk.length) {
      const end = chunk.indexOf(LINE_END, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      size += part.length;
      if (size > maxBytes) {
        fail("a line is too long");
        return;
      }
      parts.push(part);
      if (end < 0) return;
      const line = parts.length === 1 ? part : Buffer.concat(parts);
      parts = [];
      size = 0;
      start = end + 1;
      take(line);
    }
  });
  stream.on("end", () => {
    if (!broken) handlers.onEnd();
  });
}

/** One message as a line. */
export function encodeJsonLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
