import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ErrorCode } from "../errors/codes.ts";
import { errorCode } from "../errors/to-error.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { ManifestError } from "./manifest-error.ts";

/** Largest manifest or config file in bytes; a longer one is refused unread. */
export const MAX_FILE_BYTES = 1024 * 1024;

interface Refusal {
  readonly message: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

function refuse(code: ErrorCode, path: string, { message, hint, cause }: Refusal): ManifestError {
  return new ManifestError(code, [{ path, line: 1, column: 1, message }], {
    hint: hint ?? `Replace "${basename(path)}" by a plain text file, or remove it.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function refuseUnreadable(path: string, cause: unknown): ManifestError {
  const reason = errorCode(cause) ?? "unknown error";
  const denied = reason === "EACCES" || reason === "EPERM";
  const hint = denied ? { hint: `Look at owner and mode: ls -ld "${escapeForDisplay(path)}"` } : {};
  return refuse("BB_MANIFEST_READ", path, { message: `cannot be read (${reason})`, ...hint, cause });
}

function refuseLarge(path: string): ManifestError {
  return refuse("BB_MANIFEST_TOO_LARGE", path, {
    message: `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`,
    hint: "Keep long texts out of it; bottles can be split with `extends`.",
  });
}

function readBounded(descriptor: number, path: string): Buffer {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) throw refuse("BB_MANIFEST_READ", path, { message: "is not a regular file" });
  if (stats.size > MAX_FILE_BYTES) throw refuseLarge(path);
  // One byte more than allowed: the size of a growing or special file is not to be believed.
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > MAX_FILE_BYTES) throw refuseLarge(path);
  }
}

/** Line and column of the first byte sequence that is not UTF-8. */
function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const before = bytes.toString("utf8").split("\uFFFD", 1)[0] ?? "";
    const lines = before.split("\n");
    const place = { path, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    throw new ManifestError("BB_MANIFEST_SYNTAX", [{ ...place, message: "is not UTF-8 text" }], {
      hint: "Save the file as UTF-8.",
      cause,
    });
  }
}

/**
 * Text of a small file, without byte order mark. A FIFO or device is refused without waiting for it.
 * @param folder real path of the only folder that the file may be in; a link that leaves it is refused
 * @throws ManifestError `BB_MANIFEST_READ`, `BB_MANIFEST_TOO_LARGE`, `BB_MANIFEST_SYNTAX`
 */
export function readText(path: string, folder?: string): string {
  let descriptor: number | undefined;
  try {
    const real = realpathSync(path);
    if (folder !== undefined && dirname(real) !== folder) {
      throw refuse("BB_MANIFEST_READ", path, { message: "is a link that leaves its folder" });
    }
    descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    return decode(readBounded(descriptor, path), path);
  } catch (cause) {
    if (ManifestError.is(cause)) throw cause;
    throw refuseUnreadable(path, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
