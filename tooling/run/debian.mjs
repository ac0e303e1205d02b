import { spawnSync } from "node:child_process";
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

/** @param {(string | string[])[]} names a list is of alternatives: the first that this release has is installed */
export async function installPackages(names) {
  const aptGet = async (...args) =>
    await runCommand(["apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq", ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeoutMs: 300_000,
      stdout: "stderr",
    });
  if (!isListFresh) await aptGet("update");
  isListFresh = true;
  const chosen = names.map((name) => (Array.isArray(name) ? (name.find(isInRelease) ?? name[0]) : name));
  log(`installing ${chosen.join(", ")} (apt-get)`);
  await aptGet("install", "--yes", "--no-install-recommends", ...chosen);
}

function isInRelease(name) {
  return spawnSync("apt-cache", ["show", "--quiet", name], { timeout: 30_000 }).status === 0;
}
