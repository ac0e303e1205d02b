import { constants } from "node:os";
import { EXIT } from "./errors/render.ts";
import { runMain } from "./main.ts";
import { watchOutputs } from "./output-errors.ts";

type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";
const STOP_SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
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
  const isAnswerCut = watchOutputs(process.stdout, process.stderr);
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
  const ownCode = exitCode === EXIT.done && isAnswerCut() ? EXIT.failure : exitCode;
  process.exitCode = stoppedBy === undefined ? ownCode : exitCodeOf(stoppedBy);
  for (const signal of STOP_SIGNALS) process.off(signal, stop);
  setTimeout(() => process.exit(), LINGER_MS).unref(); // eslint-disable-line n/no-process-exit
}
