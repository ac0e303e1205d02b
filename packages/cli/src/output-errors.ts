import type { Writable } from "node:stream";

/** Codes of a stream whose other side is gone: a pipe's reader, e.g. `| head`, and a terminal that was closed. */
const GONE = ["EPIPE", "EIO"];
const DISK_FULL = ["ENOSPC", "EDQUOT"];

/**
 * Nobody to talk to is no failure: above all it must not stop a clean-up half-way. An answer that a full disk cut short
 * is one. Loads no core.
 * @returns true from the moment on at which an answer was cut short
 */
export function watchOutputs(stdout: Writable, stderr: Writable): () => boolean {
  let isCut = false;
  const watch = (stream: Writable): void => {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const code = error.code ?? "";
      if (GONE.includes(code)) return;
      if (!DISK_FULL.includes(code)) throw error;
      const isFirst = !isCut;
      isCut = true;
      if (isFirst && stream !== stderr) {
        stderr.write("BB_DISK_FULL The answer could not be written whole: the disk is full.\n  Free some space.\n");
      }
    });
  };
  watch(stdout);
  watch(stderr);
  return () => isCut;
}
