import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Ran {
  /** undefined when a signal ended it */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** then it is killed, default 60 s */
  readonly timeoutMs?: number | undefined;
}

/** Runs a program to its end, whatever its exit code. */
export async function run(file: string, argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { stdin, env = process.env, cwd, timeoutMs = 60_000 } = options;
  const child = spawn(file, argv, { env, cwd, stdio: "pipe", timeout: timeoutMs, killSignal: "SIGKILL" });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve(code ?? undefined);
    });
  });
  child.stdin.on("error", () => undefined); // a program that does not read to the end is no error
  child.stdin.end(stdin ?? "");
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}

/** Output of a program that must succeed, without white space around it. */
export async function output(file: string, argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(file, argv, options);
  if (exitCode === 0) return stdout.trim();
  throw new Error(`${file} ${argv.join(" ").slice(0, 300)}: exit code ${exitCode ?? "none"}: ${stderr.slice(-800)}`);
}

/** Asks again and again until there is something. @throws Error with `what` after the time limit */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
): Promise<T> {
  for (const deadline = performance.now() + timeoutMs; ;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
