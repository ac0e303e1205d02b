import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { root } from "../run/root.mjs";

const bin = join(root, "packages", "cli", "dist", "bin.js");

/** Runs the built command; its stderr (preflight, progress) goes straight to the terminal. */
export async function runCli(argv, env) {
  const child = spawn(process.execPath, [bin, ...argv], { env, stdio: ["ignore", "pipe", "inherit"] });
  const status = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal === null ? code : signal));
  });
  return { stdout: await text(child.stdout), status: await status };
}
