import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";

/** A program of TypeScript text as one file that plain Node runs; its imports start at `packages/core/src`. */
export async function bundleProgram(source: string, dir: string): Promise<string> {
  const outfile = join(dir, "program.mjs");
  const resolveDir = join(import.meta.dirname, "..", "..", "src");
  await build({
    stdin: { contents: source, resolveDir, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "silent",
  });
  return outfile;
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** exit code and output, when it has ended */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Runs a bundled program in a process of its own. */
export function runProgram(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args]);
  const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
  );
  return { process: child, ended };
}
