import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, toError } from "@bot-bottle/core";
import type { TlsSource } from "./address.ts";

/** What a Docker context says about its engine. */
export interface ContextEndpoint {
  readonly name: string;
  readonly host: string;
  readonly tls?: TlsSource | undefined;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw new Error(`"${path}" cannot be read: ${toError(error).message}`, { cause: error });
  }
}

/** Folder of Docker's own client. */
export function dockerConfigDir(env: NodeJS.ProcessEnv, userHome: string): string {
  const override = env["DOCKER_CONFIG"];
  return override !== undefined && override !== "" ? override : join(userHome, ".docker");
}

/** Name of the Docker context in use; undefined when none but `default` is chosen. */
export async function currentContext(env: NodeJS.ProcessEnv, configDir: string): Promise<string | undefined> {
  const chosen = env["DOCKER_CONTEXT"];
  const name =
    chosen !== undefined && chosen !== ""
      ? chosen
      : (await readJson(join(configDir, "config.json")))?.["currentContext"];
  return typeof name === "string" && name !== "" && name !== "default" ? name : undefined;
}

/** @throws Error with a plain reason when the context does not exist or cannot be used */
export async function readContext(name: string, configDir: string): Promise<ContextEndpoint> {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = await readJson(join(configDir, "contexts", "meta", id, "meta.json"));
  if (meta === undefined) throw new Error(`there is no Docker context "${name}"`);
  const endpoints = meta["Endpoints"] as { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } | undefined;
  const host = endpoints?.docker?.Host;
  if (typeof host !== "string" || host === "") throw new Error(`the Docker context "${name}" names no engine`);
  if (endpoints?.docker?.SkipTLSVerify === true) {
    throw new Error(`the Docker context "${name}" switches the check of certificates off`);
  }
  const tlsDir = join(configDir, "contexts", "tls", id, "docker");
  const hasTls = await readFile(join(tlsDir, "cert.pem")).then(
    () => true,
    () => false,
  );
  return { name, host, tls: hasTls ? { dir: tlsDir } : undefined };
}
