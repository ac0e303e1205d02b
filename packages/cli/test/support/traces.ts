import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { docker } from "./engine.ts";
import type { Installation } from "./installation.ts";
import { run } from "./process.ts";

/** A value in the spellings in which it might be written down. */
export function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [value, bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")];
}

/** Files under some paths that hold one of the texts; files that vanish meanwhile are passed over. */
export async function filesWith(texts: readonly string[], paths: readonly string[]): Promise<readonly string[]> {
  const patterns = texts.flatMap((text) => ["-e", text]);
  const { exitCode, stdout, stderr } = await run("grep", ["-rlasF", "-D", "skip", ...patterns, "--", ...paths], {
    timeoutMs: 110_000,
  });
  if (exitCode === undefined) throw new Error(`grep did not end: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Folder of the engine's data, where this process may read it; undefined elsewhere. */
export async function engineData(): Promise<string | undefined> {
  const dir = await docker(["info", "--format", "{{.DockerRootDir}}"]);
  const { exitCode } = await run("ls", [join(dir, "containers")]);
  return exitCode === 0 ? dir : undefined;
}

export interface Remains {
  /** names by kind */
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** everything that the engine tells about them */
  readonly inspected: string;
  /** folders of theirs under the engine's data */
  readonly folders: readonly string[];
}

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** What an installation has on the engine at this moment, images left out. */
export async function remainsOf({ home }: Installation): Promise<Remains> {
  const owner = await readFile(join(home, "owner"), "utf8");
  const filter = ["--filter", `label=dev.bot-bottle.owner=${owner.trim()}`, "--format"];
  const [containers, networks, volumes] = await Promise.all([
    docker(["ps", "--all", ...filter, "{{.Names}}"]).then(lines),
    docker(["network", "ls", ...filter, "{{.Name}}"]).then(lines),
    docker(["volume", "ls", ...filter, "{{.Name}}"]).then(lines),
  ]);
  const names = [...containers, ...networks, ...volumes];
  const inspected = names.length === 0 ? "" : await docker(["inspect", ...names]);
  const format = "{{.GraphDriver.Data.UpperDir}}\n{{.HostsPath}}";
  const paths = containers.length === 0 ? [] : lines(await docker(["inspect", "--format", format, ...containers]));
  const folders = paths.map((path) => (path.endsWith("/hosts") ? dirname(path) : path));
  return { containers, networks, volumes, inspected, folders };
}

/** Removes by the engine's own command what a failed test has left, so that the next one begins anew. */
export async function sweep(installation: Installation): Promise<void> {
  const { containers, networks, volumes } = await remainsOf(installation);
  if (containers.length > 0) await docker(["rm", "--force", "--volumes", ...containers]);
  if (networks.length > 0) await docker(["network", "rm", ...networks]);
  if (volumes.length > 0) await docker(["volume", "rm", ...volumes]);
}
