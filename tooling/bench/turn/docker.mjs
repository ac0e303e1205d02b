import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { buffer, text } from "node:stream/consumers";

const LABEL = "bench.bot-bottle.dev=true";

/**
 * Runs the engine's own command, so that nothing of ours is part of what is measured.
 * @param options.signal for what may be cut short; what makes or removes something runs to its end
 * @returns {Promise<Buffer>} its output
 */
export async function docker(argv, { stdin, signal } = {}) {
  // Detached: Ctrl-C goes to the whole group, and would end the removal that it asks for.
  const child = spawn("docker", argv, { stdio: "pipe", detached: true, signal });
  child.stdin.on("error", () => undefined).end(stdin);
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (code === 0) return stdout;
  throw new Error(`docker ${argv.slice(0, 4).join(" ")} …: exit code ${code}: ${stderr.slice(-800)} ${stdout}`);
}

export async function inspect(name) {
  return JSON.parse((await docker(["inspect", name])).toString())[0];
}

const nameOf = (what) => `bench-${what}-${randomBytes(4).toString("hex")}`;

/** @param defer gets what removes it */
export async function makeNetwork(defer, { internal = false } = {}) {
  const name = nameOf("net");
  await docker(["network", "create", "--label", LABEL, ...(internal ? ["--internal"] : []), name]);
  defer(() => docker(["network", "rm", name]));
  return name;
}

/** A container that is not running yet. @param options.flags of `docker create` */
export async function makeContainer(defer, { what, image, network, flags = [], command }) {
  const name = nameOf(what);
  const always = ["--name", name, "--label", LABEL, "--network", network, "--init"];
  await docker(["create", ...always, ...flags, image, ...command]);
  defer(() => docker(["rm", "--force", "--volumes", name]));
  return name;
}
