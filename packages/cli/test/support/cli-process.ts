import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { COMMAND, type Installation } from "./installation.ts";
import { type Ran, until } from "./process.ts";

export interface Ended extends Ran {
  /** that ended it */
  readonly signal: NodeJS.Signals | undefined;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** stays open without one */
  readonly stdin?: string | Buffer | undefined;
}

/** How long a launch may take on a busy machine. */
const PATIENCE_MS = 100_000;

/** The built command as a process that a test watches and signals; it leads a process group, as under a shell. */
export class CliProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly stdin: Writable;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(file: string, argv: readonly string[], { env, cwd, stdin }: CliOptions) {
    this.#child = spawn(file, argv, { env, cwd, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.pid = this.#child.pid ?? 0;
    this.stdin = this.#child.stdin.on("error", () => undefined);
    if (stdin !== undefined) this.stdin.end(stdin);
    this.#child.stdout.on("data", (chunk: Buffer) => this.#stdout.push(chunk));
    this.#child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        const { stdout, stderr } = this;
        resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, stdout, stderr });
      });
    });
    this.ended.catch(() => undefined);
  }

  /** Starts `bot-bottle` of an installation. */
  static start({ root, env }: Installation, argv: readonly string[], options: CliOptions = {}): CliProcess {
    const own = { ...env, ...options.env };
    return new CliProcess(process.execPath, [COMMAND, ...argv], { ...options, cwd: options.cwd ?? root, env: own });
  }

  /** Starts `bot-bottle` on a pseudo-terminal of its own; everything that the human would see is `stdout`. */
  static startOnTerminal({ root, env }: Installation, argv: readonly string[], options: CliOptions = {}): CliProcess {
    const words = [process.execPath, COMMAND, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const own = { ...env, TERM: "xterm-256color", SHELL: "/bin/sh", ...options.env };
    const command = `stty cols 120 rows 40; echo "pid $$."; exec ${words.join(" ")}`;
    return new CliProcess("script", ["-qfec", command, "/dev/null"], {
      ...options,
      cwd: options.cwd ?? root,
      env: own,
    });
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString("utf8");
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString("utf8");
  }

  /**
   * Waits for a text on either stream.
   * @returns its first group, or all of it
   * @throws Error with what was printed when the command ends without it
   */
  async prints(pattern: RegExp, timeoutMs = PATIENCE_MS): Promise<string> {
    let isOver = false;
    void this.ended.then(() => (isOver = true));
    const find = (): string | undefined => {
      const wasOver = isOver;
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found === null && wasOver) throw new Error(`the command ended without ${String(pattern)}`);
      return found?.[1] ?? found?.[0];
    };
    return await until(String(pattern), find, timeoutMs).catch((error: unknown) => {
      const printed = `${this.stdout.slice(-2000)}${this.stderr.slice(-2000)}`;
      throw new Error(`${String(error)}; it printed:\n${printed}`, { cause: error });
    });
  }

  /** Sends a signal to the whole process group, as a terminal does on Ctrl-C. */
  interrupt(signal: NodeJS.Signals = "SIGINT"): void {
    process.kill(-this.pid, signal);
  }

  /** Ends the command alone, at once. @param pid when it is not the process that was started */
  async kill(pid = this.pid): Promise<Ended> {
    process.kill(pid, "SIGKILL");
    return await this.ended;
  }

  /** Ends everything that still runs of it. */
  async dispose(): Promise<void> {
    try {
      this.interrupt("SIGKILL");
    } catch {
      // it is gone
    }
    await this.ended;
  }
}
