import { TerminalFilter } from "../../../src/terminal/terminal-filter.ts";

/** What a new filter makes of these chunks. */
export function feedAll(chunks: readonly Uint8Array[], filter = new TerminalFilter()): Buffer {
  return Buffer.concat(chunks.map((chunk) => Buffer.from(filter.feed(chunk))));
}

export const feedText = (input: string | Uint8Array): string => feedAll([Buffer.from(input)]).toString("utf8");
