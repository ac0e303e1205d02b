import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { BotBottleError, type ExecRequest } from "@bot-bottle/core";
import { demux } from "./demux.ts";
import { engineError } from "./errors.ts";
import { type Container, openExec, type OpenExec } from "./open-exec.ts";
import { endTreeCommand } from "./session-tree.ts";

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;
const END_TIMEOUT_MS = 10_000;
const END_PAUSE_MS = 50;

export type ContainerExecRequest = Omit<ExecRequest, "user" | "cwd"> & {
  /** name or uid in the container */
  readonly user: string;
  readonly cwd: string;
};

export interface ContainerExecResult {
  readonly exitCode: number;
  /** empty when a sink was given */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Keeps what is written, up to a bound. */
class Capture extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  readonly #onFull: () => void;
  #size = 0;

  constructor(maxBytes: number, onFull: () => void) {
    super();
    this.#maxBytes = maxBytes;
    this.#onFull = onFull;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.#onFull();
    else this.#chunks.push(chunk);
    done();
  }

  get content(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Feeds a program's standard input; a program that does not read to the end is no error. @returns stops feeding */
function feed(source: NonNullable<ExecRequest["stdin"]>, target: Writable): () => void {
  target.on("error", () => undefined);
  if (typeof source === "string" || source instanceof Uint8Array) {
    target.end(source);
    return () => undefined;
  }
  source.pipe(target);
  source.once("error", () => target.end());
  return () => {
    source.unpipe(target);
    source.pause();
  };
}

/** Ends a program and everything that it started. @param user the one that it runs as */
export async function endTree(container: Container, user: string, mark: string, gentle: boolean): Promise<boolean> {
  const request = {
    argv: endTreeCommand(mark, gentle),
    user,
    cwd: "/",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    timeoutMs: END_TIMEOUT_MS,
  };
  // What cannot even end others in time is not ended by one more of its kind.
  const { exitCode } = await runInContainer(container, request, async () => undefined);
  return exitCode === 0;
}

/** Ends what an exec started, also when its first process is only just coming. Gives up after some seconds; never throws. */
export async function endExec(container: Container, user: string, exec: OpenExec, gentle: boolean): Promise<void> {
  const deadline = performance.now() + END_TIMEOUT_MS;
  try {
    while (performance.now() < deadline) {
      if ((await endTree(container, user, exec.mark, gentle)) && !(await exec.isRunning())) return;
      await delay(END_PAUSE_MS);
    }
  } catch {
    // The machine or the engine is gone, or too busy; why the exec is to end is what its caller hears.
  }
}

/** Asked anew each time: an await lies between. */
export const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const aborted = (signal: AbortSignal): BotBottleError =>
  new BotBottleError("BB_ABORTED", "A command in the bottle was stopped.", { cause: signal.reason });

function timedOut({ argv, timeoutMs }: ContainerExecRequest): BotBottleError {
  return new BotBottleError(
    "BB_PROVISION",
    `"${argv[0] ?? ""}" did not end within ${(timeoutMs ?? 0) / 1000} s in the bottle.`,
    {
      hint: "It was ended, with everything that it had started.",
    },
  );
}

function tooMuch({ argv }: ContainerExecRequest, maxBytes: number): BotBottleError {
  return new BotBottleError("BB_PROVISION", `"${argv[0] ?? ""}" printed more than ${maxBytes} bytes in the bottle.`, {
    hint: "It was ended, with everything that it had started.",
  });
}

/**
 * Runs a program in a container and waits for its end. Whatever keeps it from that, the program's whole tree is ended.
 * @throws BotBottleError `BB_ABORTED`, `BB_PROVISION` past a time limit or output bound, `BB_BOTTLE_NOT_FOUND`,
 *   `BB_ENGINE_UNAVAILABLE` when the engine goes away
 */
export async function execInContainer(
  container: Container,
  request: ContainerExecRequest,
): Promise<ContainerExecResult> {
  return await runInContainer(container, request, (exec) => endExec(container, request.user, exec, false));
}

/** @param onFailure ends what was started */
async function runInContainer(
  container: Container,
  request: ContainerExecRequest,
  onFailure: (exec: OpenExec) => Promise<void>,
): Promise<ContainerExecResult> {
  const { signal, timeoutMs, stdin, session, user, cwd, argv, env = {} } = request;
  const maxBytes = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  if (signal !== undefined && isAborted(signal)) throw aborted(signal);
  const exec = await openExec(container, { argv, user, cwd, env, stdin: stdin !== undefined, tty: false, session });

  let giveUp: (error: BotBottleError) => void = () => undefined;
  const given = new Promise<never>((_resolve, reject) => (giveUp = reject));
  const onAbort = (): void => {
    if (signal !== undefined) giveUp(aborted(signal));
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  if (isAborted(signal)) onAbort(); // while the program was being started
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          giveUp(timedOut(request));
        }, timeoutMs);
  const capture = (): Capture =>
    new Capture(maxBytes, () => {
      giveUp(tooMuch(request, maxBytes));
    });
  const [stdout, stderr] = [request.stdout ?? capture(), request.stderr ?? capture()];
  const stopFeeding = stdin === undefined ? undefined : feed(stdin, exec.stream);

  const run = async (): Promise<ContainerExecResult> => {
    await demux(exec.stream, stdout, stderr);
    stopFeeding?.();
    const end = await exec.end(Infinity);
    const content = (sink: Writable): Buffer => (sink instanceof Capture ? sink.content : Buffer.alloc(0));
    const { exitCode, started } = end ?? { exitCode: 0, started: true };
    if (started) return { exitCode, stdout: content(stdout), stderr: content(stderr) };
    // The engine's own words come as the program's output.
    const words = content(stdout);
    return {
      exitCode: /no such file|not found/.test(words.toString()) ? 127 : 126,
      stdout: Buffer.alloc(0),
      stderr: words,
    };
  };
  const running = run();
  running.catch(() => undefined);
  try {
    return await Promise.race([running, given]);
  } catch (error) {
    await onFailure(exec);
    const isSink = [request.stdout, request.stderr].some((sink) => sink?.destroyed === true);
    throw isSink ? error : engineError(error, `run a program in ${container.title}`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    stopFeeding?.();
    exec.stream.destroy();
  }
}
