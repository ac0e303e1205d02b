import { spawn } from "node:child_process";
import type { AttackGround } from "@bot-bottle/core/testing";
import { docker } from "./engine.ts";
import { COMMAND, type Installation } from "./installation.ts";
import { run, type Ran, until } from "./process.ts";

/** Says who it is and waits to be told its exit code. */
const HOLD = `echo "ready $(hostname)"; until [ -e /tmp/end ]; do sleep 0.1; done; exit "$(cat /tmp/end)"`;
const LAUNCH_TIMEOUT_MS = 100_000;

/** A machine to run things in, bottle or not. */
export function containerGround(container: string): AttackGround {
  return {
    exec: async ({ argv, user, stdin, timeoutMs }) => {
      const as = user === "root" ? "0" : "node";
      const text = typeof stdin === "string" ? stdin : "";
      const ran = await run("docker", ["exec", "--interactive", "--user", as, container, ...argv], {
        stdin: text,
        timeoutMs,
      });
      return { ...ran, exitCode: ran.exitCode ?? 137 };
    },
  };
}

/** A bottle of the built command in another process, with an agent that waits. */
export interface RunningBottle extends AttackGround {
  readonly slug: string;
  /** containers by name */
  readonly agent: string;
  readonly sidecar: string;
  readonly pid: number;
  /** what the command has printed so far */
  stderr(): string;
  /** Lets the agent end. @returns how the command ended */
  end(exitCode?: number): Promise<Ran>;
  /** Sends the command a signal and waits for its end. */
  stop(signal: NodeJS.Signals): Promise<Ran>;
}

export interface StartOptions {
  /** shell script that the agent runs before it waits */
  readonly script?: string;
  /** further arguments of `start` */
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the agent's bottle and waits until the agent runs in it. The manifest must name the stub's Dockerfile. */
export async function startBottle(
  { root, env }: Installation,
  agent: string,
  { script = "", argv = [], cwd = root, env: own = {} }: StartOptions = {},
): Promise<RunningBottle> {
  const prompt = script === "" ? HOLD : `${script}\n${HOLD}`;
  const child = spawn(process.execPath, [COMMAND, "start", agent, "--headless", "--yes", ...argv, "--prompt", prompt], {
    cwd,
    env: { ...env, ...own },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const closed = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ exitCode: code ?? undefined, stdout, stderr });
    });
  });
  closed.catch(() => undefined);
  const died = closed.then((ran): never => {
    throw new Error(`start ${agent} ended with ${ran.exitCode ?? "a signal"}: ${ran.stderr.slice(-2000)}`);
  });
  died.catch(() => undefined);
  const ready = until(`the agent of ${agent}`, () => /^ready (\S+)$/m.exec(stdout)?.[1], LAUNCH_TIMEOUT_MS);
  ready.catch(() => undefined);
  const slug = await Promise.race([ready, died]).catch((error: unknown) => {
    child.kill("SIGTERM");
    throw error;
  });
  const container = `bot-bottle-${slug}`;
  return {
    ...containerGround(container),
    slug,
    agent: container,
    sidecar: `${container}-sidecar`,
    pid: child.pid ?? 0,
    stderr: () => stderr,
    end: async (exitCode = 0) => {
      await docker([
        "exec",
        "--user",
        "node",
        container,
        "sh",
        "-c",
        `echo ${exitCode} >/tmp/end.new && mv /tmp/end.new /tmp/end`,
      ]);
      return await closed;
    },
    stop: async (signal) => {
      child.kill(signal);
      return await closed;
    },
  };
}
