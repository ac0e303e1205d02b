import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { canInstallPackages, hasProgram, installPackages } from "./debian.mjs";
import { defaultHost, findEngine, ping } from "./find-engine.mjs";
import { log } from "./log.mjs";
import { startEngine } from "./start-engine.mjs";
import { Stop } from "./stop.mjs";

/**
 * Finds a Docker engine; as root on Debian or Ubuntu installs and starts one when there is none.
 * Programs that are started later find the same engine.
 * @returns {Promise<string>} its address
 */
export async function ensureEngine() {
  const found = await findEngine();
  const host = found.host ?? (await bringUp(found.tried));
  if (host !== defaultHost) process.env.DOCKER_HOST = host;
  log(`engine at ${host}`);
  return host;
}

async function bringUp(tried) {
  // systemd runs its own docker.service, and an address chosen by hand is not ours to serve.
  const mayStart = process.getuid?.() === 0 && !existsSync("/run/systemd/system") && !process.env.DOCKER_HOST;
  if (!hasProgram("dockerd") && canInstallPackages() && !process.env.DOCKER_HOST) {
    // iptables is only recommended by some releases, and no network works without it.
    await installPackages(["docker.io", "iptables"]);
    if (await answersWithin(10_000)) return defaultHost; // the package may start it
  }
  if (!mayStart || !hasProgram("dockerd")) throw new Stop(helpScreen(tried));
  const logFile = startEngine();
  if (await answersWithin(60_000)) {
    log(`started dockerd, which keeps running when this ends (log: ${logFile})`);
    return defaultHost;
  }
  throw new Stop(`dockerd was started and does not answer on ${defaultHost}; its log is ${logFile}.`);
}

async function answersWithin(timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if ((await ping(defaultHost)) === undefined) return true;
    await sleep(250);
  }
  return false;
}

function helpScreen(tried) {
  return [
    "No Docker engine answers.",
    "",
    ...tried.map((line) => `  ${line}`),
    "",
    "Start one, then run the same command again:",
    "  Linux with systemd   sudo systemctl start docker   (and add yourself to the group docker)",
    "  Debian, Ubuntu       sudo apt-get install docker.io iptables",
    "  macOS                start Docker Desktop, OrbStack or colima",
    "  elsewhere            set DOCKER_HOST to a unix:// or tcp:// address",
  ].join("\n");
}
