import { constants } from "node:os";
import { runMain } from "./main.ts";

type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";
const STOP_SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

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
      process.kill(process.pid, "SIGKILL");
      return;
    }
    stoppedBy = signal;
    abort.abort(new DOMException(`stopped by ${signal}`, "AbortError"));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  // A reader that goes away, e.g. `| head`, is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  const exitCode = await runMain({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: abort.signal,
  });
  process.exitCode = stoppedBy === undefined ? exitCode : 128 + constants.signals[stoppedBy];
  for (const signal of STOP_SIGNALS) process.off(signal, stop);
}
