import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { engineCall } from "./engine-api.mjs";

export const defaultHost = "unix:///var/run/docker.sock";

/**
 * Asks every place where a Docker engine may listen, in the order in which Docker's own client would choose.
 * @returns {Promise<{host?: string, tried: string[]}>} the first that answers, and why the ones before it did not
 */
export async function findEngine() {
  const tried = [];
  for (const { host, from } of candidates()) {
    const problem = await ping(host);
    if (problem === undefined) return { host, tried };
    tried.push(`${host} (${from}): ${problem}`);
  }
  return { tried };
}

/** @returns {Promise<string | undefined>} what is wrong with the engine at `host`; nothing when it answers */
export async function ping(host) {
  if (!/^(unix|tcp):/.test(host)) return "the tests need an engine on a unix or tcp address";
  if (host.startsWith("unix:") && !existsSync(new URL(host).pathname)) return "no such socket";
  try {
    const { status } = await engineCall(host, { path: "/_ping", timeoutMs: 3_000 });
    return status === 200 ? undefined : `answers with HTTP status ${status}`;
  } catch (error) {
    return error.message;
  }
}

function candidates() {
  const { DOCKER_HOST, XDG_RUNTIME_DIR } = process.env;
  if (DOCKER_HOST) return [{ host: DOCKER_HOST, from: "DOCKER_HOST" }];
  const home = homedir();
  const sockets = [
    "/var/run/docker.sock",
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "docker.sock")] : []),
    join(home, ".docker/run/docker.sock"),
    join(home, ".colima/default/docker.sock"),
    join(home, ".orbstack/run/docker.sock"),
  ];
  return [...contextHosts(), ...sockets.map((path) => ({ host: `unix://${path}`, from: "usual socket" }))];
}

/** The engine of the Docker context in use, when one is chosen. */
function contextHosts() {
  const folder = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
  const name = process.env.DOCKER_CONTEXT ?? readJson(join(folder, "config.json"))?.currentContext;
  if (!name || name === "default") return [];
  const id = createHash("sha256").update(name).digest("hex");
  const host = readJson(join(folder, "contexts", "meta", id, "meta.json"))?.Endpoints?.docker?.Host;
  return host ? [{ host, from: `docker context "${name}"` }] : [];
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
