import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { log } from "./log.mjs";

/**
 * Starts dockerd in a session of its own, holding none of our pipes, so that it outlives us and whoever waits for
 * our stdout to close is not kept waiting.
 * @returns its log file
 */
export function startEngine() {
  const logFile = "/var/log/bot-bottle-dockerd.log";
  const output = openSync(logFile, "a", 0o600);
  log("starting dockerd");
  const path = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`; // dockerd calls iptables and modprobe
  spawn("dockerd", [], {
    cwd: "/",
    env: { ...process.env, PATH: path },
    detached: true,
    stdio: ["ignore", output, output],
  }).unref();
  return logFile;
}
