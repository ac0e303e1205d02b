import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "../errors/to-error.ts";

const run = promisify(execFile);

/** States of a process that has ended: dead, or a zombie whose parent has not asked about it yet. */
const ENDED = ["Z", "X", "x"];
/** Places of proc(5)'s fields 3 and 22 behind the command name, which may hold spaces and parentheses. */
const STATE = 0;
const START_TICKS = 19;

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

async function linuxIdentity(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ENDED.includes(fields[STATE] ?? "") ? undefined : `${await bootId()}:${fields[START_TICKS] ?? ""}`;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}

async function psIdentity(pid: number): Promise<string | undefined> {
  try {
    // Neither a journey nor another language changes what this prints.
    const env = { LC_ALL: "C", TZ: "UTC" };
    const { stdout } = await run("/bin/ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env });
    const [, state = "", start = ""] = /^\s*(\S)\S*\s+(\S.*?)\s*$/m.exec(stdout) ?? [];
    return start === "" || ENDED.includes(state) ? undefined : start;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === 1) return undefined;
    throw error;
  }
}

/**
 * What tells a process from every later one with its pid: boot and time of start.
 * @returns undefined when no such process lives
 * @throws the system's error when that cannot be found out
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? await linuxIdentity(pid) : await psIdentity(pid);
}

/** Inside one of these a pid means one process: one boot and pid namespace of Linux; undefined elsewhere. */
export async function pidScope(): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    return `${await bootId()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}
