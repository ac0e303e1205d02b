import type { ChildProcess } from "node:child_process";
import { errorCode } from "../errors/to-error.ts";

const KILL_AFTER_MS = 2_000;

/** Bounds on a process group. */
export interface GroupLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A program that leads a process group of its own, while it runs. */
export interface GuardedGroup {
  /** why the group was ended by us; undefined while it was not */
  readonly ended: () => "late" | "stopped" | undefined;
  /** Ends the watch. */
  release(): void;
}

function signalGroup({ pid }: Pick<ChildProcess, "pid">, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/**
 * Ends a program with everything that it started, past its time, on a signal, and when this process ends or the program
 * is killed: whoever else holds its output open would be waited for otherwise.
 * @param child started with `detached`
 */
export function guardGroup(
  child: Pick<ChildProcess, "pid" | "once">,
  { timeoutMs, signal }: GroupLimits,
): GuardedGroup {
  let reason: "late" | "stopped" | undefined;
  let killing: NodeJS.Timeout | undefined;
  const kill = (): void => {
    signalGroup(child, "SIGKILL");
  };
  const end = (why: "late" | "stopped"): void => {
    reason ??= why;
    signalGroup(child, "SIGTERM");
    killing ??= setTimeout(kill, KILL_AFTER_MS);
  };
  const onAbort = (): void => {
    end("stopped");
  };
  const timer = setTimeout(end, timeoutMs, "late");
  child.once("exit", (_code, by) => {
    if (by !== null) kill();
  });
  signal?.addEventListener("abort", onAbort, { once: true });
  process.once("exit", kill);
  const release = (): void => {
    clearTimeout(timer);
    clearTimeout(killing);
    signal?.removeEventListener("abort", onAbort);
    process.removeListener("exit", kill);
  };
  return { ended: () => reason, release };
}
