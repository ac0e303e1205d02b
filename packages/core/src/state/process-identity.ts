import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Field 22 of /proc/<pid>/stat, counted after the command name, which may hold spaces and parentheses. proc(5) */
function startTicks(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/**
 * What tells a process from a later one with the same pid: boot and start time.
 * @returns undefined when no such process lives
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const [stat, boot] = await Promise.all([
        readFile(`/proc/${pid}/stat`, "utf8"),
        readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      ]);
      return `${boot.trim()}:${startTicks(stat) ?? ""}`;
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await run("/bin/ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}
