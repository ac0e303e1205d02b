import type { Readable, Writable } from "node:stream";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { guardGroup } from "./process-group.ts";
import { resolveTool, safeSearchPath } from "./resolve-tool.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const STDERR_LINES = 8;
/** What a child gets of the caller's environment; everything else is passed by name. */
const INHERITED = ["HOME", "LOGNAME", "SUDO_UID", "USER", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"] as const;

/** A program on the host. */
export interface RunRequest {
  /** bare name, looked up in PATH outside `cwd` and `outside`; or an absolute path */
  readonly file: string;
  readonly args: readonly string[];
  /** default `/` */
  readonly cwd?: string;
  /** further folders whose programs are never taken */
  readonly outside?: readonly string[];
  /** added to the short list that a child inherits (HOME, USER, TMPDIR and the like) */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Readable | Uint8Array | string;
  /** takes the output in place of the result */
  readonly stdout?: Writable;
  /** bound of each captured stream in bytes, default 16 MiB */
  readonly maxOutputBytes?: number;
  /** time limit in ms, default 60 s */
  readonly timeoutMs?: number;
  /** exit codes that are no failure, default only 0 */
  readonly okExitCodes?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  readonly exitCode: number;
  /** empty when `stdout` was given */
  readonly stdout: Buffer;
  readonly stderr: string;
}

function lastLines(stderr: string): string | undefined {
  const tail = redactForDisplay(stderr).trim().split("\n").slice(-STDERR_LINES).join("\n");
  return tail === "" ? undefined : tail;
}

/**
 * Runs a program without a shell, in a process group and with an environment of its own, within bounds on time and
 * output.
 * @throws BotBottleError `BB_COMMAND` with the last lines of its stderr as hint; `BB_ABORTED` when `signal` stopped it
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const { args, cwd = "/", okExitCodes = [0], timeoutMs = DEFAULT_TIMEOUT_MS, signal } = request;
  const maxOutputBytes = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const searchPath = await safeSearchPath(process.env["PATH"], [cwd, ...(request.outside ?? [])]);
  const file = await resolveTool(request.file, searchPath);
  const { execa } = await import("execa");
  if (signal?.aborted === true) throw stopped(request);
  const child = execa(file, args, {
    cwd,
    env: { ...inherited(), PATH: searchPath.join(":"), LC_ALL: "C.UTF-8", ...request.env },
    extendEnv: false,
    preferLocal: false,
    shell: false,
    detached: true,
    reject: false,
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: maxOutputBytes,
    ...(request.stdin === undefined ? { stdin: "ignore" as const } : stdinOption(request.stdin)),
    ...(request.stdout === undefined ? {} : { stdout: [request.stdout, "pipe"] as const, buffer: { stdout: false } }),
  });
  const group = guardGroup(child, { timeoutMs, signal });
  const result = await child.finally(() => {
    group.release();
  });
  const stderr = bytesOf(result.stderr).toString("utf8");
  const failed = (what: string): BotBottleError =>
    new BotBottleError("BB_COMMAND", `"${commandName(request)}" ${what}.`, { hint: lastLines(stderr), cause: result });
  if (group.ended() === "stopped") throw stopped(request);
  if (group.ended() === "late") throw failed(`took longer than ${timeoutMs / 1000} s`);
  if (result.isMaxBuffer) throw failed(`printed more than ${maxOutputBytes} bytes`);
  if (result.exitCode === undefined) throw failed(`was ended by ${result.signal ?? "a failure to start"}`);
  if (!okExitCodes.includes(result.exitCode)) throw failed(`failed with exit code ${result.exitCode}`);
  return { exitCode: result.exitCode, stdout: bytesOf(result.stdout), stderr };
}

function stopped(request: RunRequest): BotBottleError {
  return new BotBottleError("BB_ABORTED", `"${commandName(request)}" was stopped.`);
}

function inherited(): Readonly<Record<string, string>> {
  const names = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(names);
}

/** Captured output; nothing where it went to a stream. */
function bytesOf(output: unknown): Buffer {
  return ArrayBuffer.isView(output)
    ? Buffer.from(output.buffer, output.byteOffset, output.byteLength)
    : Buffer.alloc(0);
}

/** Program and the first argument that is no option: what a human recognises, without values. */
function commandName({ file, args }: RunRequest): string {
  const verb = args.find((arg) => /^[a-z][a-z-]*$/.test(arg));
  return verb === undefined ? file : `${file} ${verb}`;
}

function stdinOption(
  stdin: Readable | Uint8Array | string,
): { stdin: [Readable, "pipe"] } | { input: Uint8Array | string } {
  return typeof stdin === "string" || ArrayBuffer.isView(stdin) ? { input: stdin } : { stdin: [stdin, "pipe"] };
}
