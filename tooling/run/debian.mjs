import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { log } from "./log.mjs";
import { runCommand } from "./run-command.mjs";

/** Whether packages can be installed without asking anybody: Debian or a child of it, as root. */
export function canInstallPackages() {
  if (process.platform !== "linux" || process.getuid() !== 0 || !existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Looks in the system folders too, which are not on every user's PATH. */
export function hasProgram(name) {
  const folders = [...process.env.PATH.split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, name)));
}

let isListFresh = false;

export async function installPackages(names) {
  const aptGet = async (...args) =>
    await runCommand(["apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq", ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeoutMs: 300_000,
      stdout: "stderr",
    });
  log(`installing ${names.join(", ")} (apt-get)`);
  if (!isListFresh) await aptGet("update");
  isListFresh = true;
  await aptGet("install", "--yes", "--no-install-recommends", ...names);
}
