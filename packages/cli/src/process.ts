import { constants } from "node:os";
import { runMain } from "./main.ts";

type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";
const STOP_SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Codes of a stream whose other side is gone: a pipe's reader, e.g. `| head`, and a terminal that was closed. */
const GONE = ["EPIPE", "EIO"];

/** Nothing is left to do then; a connection that somebody forgot, here or in a plugin, must not keep the human waiting. */
const LINGER_MS = 2_000;

const exitCodeOf = (signal: StopSignal): number => 128 + constants.signals[signal];

/**
 * Runs the command of this process. The first Ctrl-C (or SIGTERM, SIGHUP) aborts and cleans up; a second one leaves at
 * once and says how to clean.
 */
export async function runProcess(): Promise<void> {
  const abort = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const stop = (signal: StopSignal): void => {
    if (stoppedBy !== undefined) {
      process.stderr.write("\nLeft at once. Run `bot-bottle cleanup` to remove what is left.\n");
      // At once, whatever still waits; what listens for the exit gives the terminal back.
      process.exit(exitCodeOf(signal)); // eslint-disable-line n/no-process-exit
    }
    stoppedBy = signal;
    abort.abort(new DOMException(`stopped by ${signal}`, "AbortError"));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  // Nobody to talk to is no failure: above all it must not stop a clean-up half-way.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!GONE.includes(error.code ?? "")) throw error;
    });
  }
  process.stdin.on("error", () => undefined); // whoever reads it hears of it
  const exitCode = await runMain({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: abort.signal,
  });
  process.exitCode = stoppedBy === undefined ? exitCode : exitCodeOf(stoppedBy);
  for (const signal of STOP_SIGNALS) process.off(signal, stop);
  setTimeout(() => process.exit(), LINGER_MS).unref(); // eslint-disable-line n/no-process-exit
}
