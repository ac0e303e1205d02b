import { access } from "node:fs/promises";
import { join } from "node:path";
import { BotBottleError, errorCode, redactForDisplay, toError } from "@bot-bottle/core";
import { permissionError } from "../errors.ts";
import { type EngineAddress, formatEngineAddress, parseEngineAddress, type TlsSource } from "./address.ts";
import { currentContext, dockerConfigDir, readContext } from "./context.ts";
import { Engine } from "./engine.ts";
import { EngineAgent } from "./engine-agent.ts";
import { pingEngine } from "./ping.ts";
import { findProgram } from "./ssh-connection.ts";

const LOCAL_TIMEOUT_MS = 5_000;
const REMOTE_TIMEOUT_MS = 20_000;

interface Candidate {
  readonly origin: string;
  readonly host: string;
  readonly tls?: TlsSource | undefined;
}

export interface DiscoverOptions {
  readonly env: NodeJS.ProcessEnv;
  /** home folder of the user */
  readonly userHome: string;
}

function setTo(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

/** Where engines listen when nobody says otherwise, in the order in which they are tried. */
export function usualSockets({ env, userHome }: DiscoverOptions): readonly string[] {
  const runtimeDir = setTo(env, "XDG_RUNTIME_DIR");
  return [
    "/var/run/docker.sock",
    ...(runtimeDir === undefined ? [] : [join(runtimeDir, "docker.sock")]),
    join(userHome, ".docker/run/docker.sock"),
    join(userHome, ".docker/desktop/docker.sock"),
    join(userHome, ".colima/default/docker.sock"),
    join(userHome, ".config/colima/default/docker.sock"),
    join(userHome, ".rd/docker.sock"),
    join(userHome, ".orbstack/run/docker.sock"),
  ];
}

/**
 * What to try, in order. `DOCKER_HOST` and a chosen context are the user's word and stand alone; only without them are
 * the usual sockets asked.
 */
export async function candidates(options: DiscoverOptions): Promise<readonly Candidate[]> {
  const { env, userHome } = options;
  const configDir = dockerConfigDir(env, userHome);
  const host = setTo(env, "DOCKER_HOST");
  if (host !== undefined) {
    const verify = setTo(env, "DOCKER_TLS_VERIFY") !== undefined;
    const tls = verify ? { dir: setTo(env, "DOCKER_CERT_PATH") ?? configDir } : undefined;
    return [{ origin: "DOCKER_HOST", host, tls }];
  }
  const context = await currentContext(env, configDir);
  if (context !== undefined) {
    const endpoint = await readContext(context, configDir);
    return [{ origin: `Docker context "${context}"`, host: endpoint.host, tls: endpoint.tls }];
  }
  return usualSockets(options).map((path) => ({ origin: "usual socket", host: `unix://${path}` }));
}

function reasonOf(error: unknown, address: EngineAddress): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return address.kind === "unix" ? "no such socket" : "no such program";
    case "ECONNREFUSED":
      return "nothing listens there";
    case "EACCES":
    case "EPERM":
      return "this user may not open it";
    default:
      return redactForDisplay(toError(error).message);
  }
}

async function connect(candidate: Candidate, env: NodeJS.ProcessEnv): Promise<Engine> {
  const address = await parseEngineAddress(candidate.host, candidate.tls);
  const sshProgram = address.kind === "ssh" ? await findProgram("ssh", env) : undefined;
  if (address.kind === "ssh" && sshProgram === undefined) {
    throw Object.assign(new Error("no program ssh is on the PATH"), { code: "ESSH" });
  }
  const agent = new EngineAgent({ address, env, sshProgram });
  try {
    if (address.kind === "unix") await access(address.path);
    const answer = await pingEngine(agent, address.kind === "unix" ? LOCAL_TIMEOUT_MS : REMOTE_TIMEOUT_MS);
    return new Engine({ address, origin: candidate.origin, agent, answer });
  } catch (error) {
    agent.destroy();
    if (address.kind === "unix" && ["EACCES", "EPERM"].includes(errorCode(error) ?? "")) {
      throw permissionError(address.path, error);
    }
    throw new Error(`${formatEngineAddress(address)}: ${reasonOf(error, address)}`, { cause: error });
  }
}

function hintFor(tried: readonly string[]): string {
  if (tried.some((reason) => /host key verification failed/i.test(reason))) {
    return "Connect once by hand with `ssh`, compare the host key, and try again.";
  }
  return "Start Docker (Desktop, Colima, Rancher Desktop or `sudo systemctl start docker`), or set DOCKER_HOST.";
}

/**
 * Finds the engine to work with: `DOCKER_HOST`, else the current Docker context, else the usual sockets.
 * @throws BotBottleError `BB_ENGINE_UNAVAILABLE` with the reason of every place that was tried, `BB_ENGINE_PERMISSION`,
 *   `BB_ENGINE_REFUSED`
 */
export async function discoverEngine(options: DiscoverOptions): Promise<Engine> {
  const tried: string[] = [];
  let refusal: unknown;
  const list = await candidates(options).catch((error: unknown) => {
    tried.push(redactForDisplay(toError(error).message));
    return [];
  });
  for (const candidate of list) {
    try {
      return await connect(candidate, options.env);
    } catch (error) {
      if (BotBottleError.is(error) && error.code !== "BB_ENGINE_PERMISSION") throw error;
      if (BotBottleError.is(error)) refusal ??= error;
      tried.push(`${candidate.origin}: ${redactForDisplay(toError(error).message)}`);
    }
  }
  if (refusal !== undefined) throw refusal as Error;
  throw new BotBottleError(
    "BB_ENGINE_UNAVAILABLE",
    `No Docker engine answers.\n${tried.map((line) => `  ${line}`).join("\n")}`,
    {
      hint: hintFor(tried),
    },
  );
}
