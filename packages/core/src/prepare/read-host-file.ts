import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { errorCode } from "../errors/to-error.ts";

export type HostFile =
  | { readonly bytes: Buffer; readonly info: Stats }
  | {
      /** completes "The file …" */
      readonly problem: string;
      readonly cause?: unknown;
    };

/** Reads until the end, or one byte past `maxBytes`: what the system says of a size is not always true. */
function readUpTo(fd: number, maxBytes: number): Buffer {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(fd, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

/**
 * Reads a small regular file that a manifest names. A pipe, a device and an endless file are problems, never a wait.
 * @param options `followLink: false` makes a symbolic link a problem, with `ELOOP` as the code of its cause
 */
export function readHostFile(path: string, maxBytes: number, { followLink = true } = {}): HostFile {
  let fd: number | undefined;
  try {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (followLink ? 0 : constants.O_NOFOLLOW));
    const info = fstatSync(fd);
    if (!info.isFile()) return { problem: "is not a regular file" };
    const bytes = readUpTo(fd, maxBytes);
    return bytes.length > maxBytes ? { problem: `is larger than ${maxBytes / 1024} KiB` } : { bytes, info };
  } catch (error) {
    return { problem: `cannot be read (${errorCode(error) ?? "error"})`, cause: error };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
