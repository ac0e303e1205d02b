import { spawn } from "node:child_process";
import { Stop } from "./stop.mjs";

/**
 * Runs a program to its end, its output passed through to ours; past the time limit its whole process group is killed.
 * @param {string[]} argv program and arguments, no shell
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number, stdout?: "inherit" | "stderr"}} options
 * `stdout: "stderr"` sends all output to stderr
 */
export async function runCommand(argv, { cwd, env, timeoutMs, stdout = "inherit" }) {
  const [program, ...args] = argv;
  // Its own process group, so that the end of a stage leaves no worker behind that holds our stdout open.
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", stdout === "stderr" ? 2 : "inherit", "inherit"],
  });
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const passOn = (signal) => {
    killGroup("SIGKILL");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup("SIGKILL");
  }, timeoutMs);
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.on("error", reject).on("exit", (...how) => resolve(how));
    });
    if (isLate) throw new Stop(`"${argv.join(" ")}" took more than ${timeoutMs / 1000} s and was killed.`);
    if (code !== 0) throw new Stop(`"${argv.join(" ")}" ended with ${signal ?? `exit code ${code}`}.`);
  } finally {
    clearTimeout(timer);
    process.off("SIGINT", passOn).off("SIGTERM", passOn);
  }
}
