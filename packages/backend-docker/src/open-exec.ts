import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { BotBottleError } from "@bot-bottle/core";
import type Docker from "dockerode";
import type { Engine } from "./client/engine.ts";
import { asking, engineError, engineStatus, isConflict, isNotFound } from "./errors.ts";
import { EXEC_MARK, sessionMark } from "./session-tree.ts";

/** A container to run things in. */
export interface Container {
  readonly engine: Engine;
  readonly id: string;
  /** for errors, e.g. `the bottle "x"` */
  readonly title: string;
}

export interface OpenExecRequest {
  readonly argv: readonly string[];
  /** name or uid in the container */
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly session?: string | undefined;
}

/** A started exec. */
export interface OpenExec {
  /** `NAME=value` in the environment of all its processes */
  readonly mark: string;
  /** both directions; without a terminal what comes is framed */
  readonly stream: Duplex;
  resize(size: { readonly columns: number; readonly rows: number }): Promise<void>;
  /**
   * Waits for the end of the program.
   * @returns its exit code, and whether the engine could start it at all; undefined when it still runs after `patienceMs`
   */
  end(patienceMs: number): Promise<{ readonly exitCode: number; readonly started: boolean } | undefined>;
  isRunning(): Promise<boolean>;
}

const POLL_MS = [5, 10, 20, 40, 80, 160, 320, 500];

export function goneError(title: string, cause: unknown): BotBottleError {
  return new BotBottleError("BB_BOTTLE_NOT_FOUND", `The machine of ${title} does not run any more.`, {
    hint: "`bot-bottle list active` shows what runs; `bot-bottle cleanup` removes what is left.",
    cause,
  });
}

/** 404 and 409 of an exec: the container is away, or does not run. */
function execError(error: unknown, { title }: Container, doing: string): Error {
  const isGone =
    isNotFound(error) || isConflict(error) || (engineStatus(error) === 500 && String(error).includes("not running"));
  return isGone ? goneError(title, error) : engineError(error, doing);
}

/** Starts a program in a running container. @throws BotBottleError `BB_BOTTLE_NOT_FOUND` when the container does not run */
export async function openExec(container: Container, request: OpenExecRequest): Promise<OpenExec> {
  const { engine, id, title } = container;
  const { argv, user, cwd, env, stdin, tty, session } = request;
  const mark = `${EXEC_MARK}=${randomBytes(8).toString("hex")}`;
  const marks = [mark, ...(session === undefined ? [] : [sessionMark(session)])];
  const docker = await engine.docker();
  let exec: Docker.Exec;
  let stream: Duplex;
  try {
    exec = await docker.getContainer(id).exec({
      Cmd: [...argv],
      User: user,
      WorkingDir: cwd,
      Env: [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...marks],
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: !tty,
      Tty: tty,
    });
    // Not `stdin`, which leaves the request open for ever when the engine refuses it; the hijacked stream goes both ways anyhow.
    stream = await exec.start({ hijack: true, Tty: tty });
  } catch (error) {
    throw execError(error, container, `run a program in ${title}`);
  }
  const inspect = async (): Promise<Docker.ExecInspectInfo> => {
    try {
      return await exec.inspect();
    } catch (error) {
      throw execError(error, container, `say how a program in ${title} ended`);
    }
  };
  return {
    mark,
    stream,
    resize: async ({ columns, rows }) => {
      await asking("resize a terminal", () => exec.resize({ h: rows, w: columns }));
    },
    isRunning: async () => (await inspect()).Running,
    end: async (patienceMs) => {
      const deadline = Date.now() + patienceMs;
      for (let attempt = 0; ; attempt++) {
        const { Running: running, ExitCode: exitCode, Pid: pid } = await inspect();
        // The engine has no exit code for a moment after the stream has ended, and while a program goes on without output.
        if (!running && exitCode !== null) return { exitCode, started: pid !== 0 };
        if (Date.now() > deadline) return undefined;
        await delay(POLL_MS[Math.min(attempt, POLL_MS.length - 1)]);
      }
    },
  };
}
