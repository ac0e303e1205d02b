import type { Readable } from "node:stream";

export interface SwallowLimits {
  /** ends after this long without input, in `ms` */
  readonly quietMs: number;
  /** ends at the latest after this long, in `ms` */
  readonly maxMs: number;
}

/**
 * Reads and forgets what still arrives: mouse reports under way, answers to queries of a program that has ended. On a
 * terminal that is still raw, so that nothing of it is echoed or left for the shell.
 */
export function swallowInput(input: Readable, { quietMs, maxMs }: SwallowLimits): Promise<void> {
  return new Promise((resolve) => {
    let hasInput = false;
    const listener = () => {
      hasInput = true;
      quiet.refresh();
    };
    const finish = () => {
      clearTimeout(quiet);
      clearTimeout(latest);
      input.off("data", listener).off("end", finish).off("close", finish).off("error", finish);
      resolve();
    };
    // A busy process may be late: what has arrived by now is read before its timers are believed.
    const expire = () => {
      hasInput = false;
      setImmediate(() => {
        if (!hasInput) finish();
      });
    };
    const quiet = setTimeout(expire, quietMs);
    const latest = setTimeout(finish, maxMs);
    input.on("data", listener).once("end", finish).once("close", finish).once("error", finish);
    input.resume();
  });
}
