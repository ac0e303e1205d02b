import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type AttachRequest, BotBottleError, type Terminal } from "@bot-bottle/core";
import { engineError } from "./errors.ts";
import { endExec, isAborted } from "./exec.ts";
import { type Container, openExec, type OpenExec } from "./open-exec.ts";

/** Sets the size before the program looks at it: an engine gives a new terminal none, and a later resize may come late. */
const SIZED = 'stty cols "$1" rows "$2" 2>/dev/null; shift 2; exec "$@"';
const RESIZE_ATTEMPTS = 5;
const RESIZE_RETRY_MS = 20;
/** A terminal that ends while its program goes on is a connection that was lost. */
const END_PATIENCE_MS = 3_000;

export type ContainerAttachRequest = Omit<AttachRequest, "cwd"> & {
  /** name or uid in the container */
  readonly user: string;
  readonly cwd: string;
};

/** Tells the program's terminal about the human's, now and on every change. @returns a function that stops it */
function followSize(exec: OpenExec, terminal: Terminal): () => void {
  let stopped = false;
  let told = "";
  const tell = async (): Promise<void> => {
    for (let attempt = 0; attempt < RESIZE_ATTEMPTS && !stopped; attempt++) {
      const size = terminal.size();
      const text = `${size.columns}x${size.rows}`;
      if (text === told) return;
      try {
        await exec.resize(size);
        told = text;
      } catch {
        await delay(RESIZE_RETRY_MS); // the program may not have begun yet, or is over
      }
    }
  };
  let telling = tell();
  const unlisten = terminal.onResize(() => {
    telling = telling.then(tell);
  });
  return () => {
    stopped = true;
    unlisten();
  };
}

const dimension = (value: number): string => String(Math.min(Math.max(Math.trunc(value) || 1, 1), 9999));

/**
 * Runs a program on a terminal of its own and joins it to the human's.
 * @returns its exit code
 * @throws BotBottleError `BB_ABORTED` after the whole tree was ended, `BB_ENGINE_UNAVAILABLE` when the connection is lost,
 *   `BB_BOTTLE_NOT_FOUND` when the machine goes away
 */
export async function attachToContainer(container: Container, request: ContainerAttachRequest): Promise<number> {
  const { argv, user, cwd, env = {}, terminal, signal, session } = request;
  const stopped = (): BotBottleError =>
    new BotBottleError("BB_ABORTED", "The session in the bottle was stopped.", { cause: signal?.reason });
  const lost = (): Error => Object.assign(new Error("the stream ended before the program"), { code: "ECONNRESET" });
  if (isAborted(signal)) throw stopped();
  const { columns, rows } = terminal.size();
  const exec = await openExec(container, {
    argv: ["/bin/sh", "-c", SIZED, "sh", dimension(columns), dimension(rows), ...argv],
    user,
    cwd,
    env: { TERM: terminal.name, ...env },
    stdin: true,
    tty: true,
    session,
  });
  const { stream } = exec;
  const { input, output } = terminal;
  let failure: unknown;
  stream.on("error", (error) => (failure ??= error));
  const unfollow = followSize(exec, terminal);
  const ended = Promise.race([once(stream, "end"), once(stream, "close")]);
  ended.catch(() => undefined);
  input.pipe(stream, { end: false });
  stream.pipe(output, { end: false });

  let onAbort: () => void = () => undefined;
  const abort = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(stopped());
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  abort.catch(() => undefined);
  if (isAborted(signal)) onAbort(); // while the program was being started
  try {
    await Promise.race([ended, abort]);
    if (failure !== undefined) throw engineError(failure, `keep the connection to ${container.title}`);
    const end = await Promise.race([exec.end(END_PATIENCE_MS), abort]);
    if (end === undefined) throw lost();
    return end.exitCode;
  } catch (error) {
    await endExec(container, user, exec, true);
    throw engineError(error, `keep the connection to ${container.title}`);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    unfollow();
    input.unpipe(stream);
    input.pause();
    stream.unpipe(output);
    stream.destroy();
  }
}
