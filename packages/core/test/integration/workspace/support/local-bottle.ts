import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { Bottle, ExecRequest, ExecResult, TreeEntries } from "../../../../src/bottle/bottle.ts";
import type { BottlePlan } from "../../../../src/bottle/plan.ts";
import type { WorkspacePlan } from "../../../../src/bottle/plan-parts.ts";
import type { ReportEvent } from "../../../../src/events/reporter.ts";
import type { Slug } from "../../../../src/bottle/slug.ts";
import { BotBottleError } from "../../../../src/errors/bot-bottle-error.ts";

const GUEST_UID = 12345;
const isRoot = process.getuid?.() === 0;
const owner = isRoot ? { uid: GUEST_UID, gid: GUEST_UID } : {};
const MAX_CAPTURED_BYTES = 1024 * 1024;

export const SLUG = "sample-abcde" as Slug;

export interface GuestOptions {
  /** PATH in the guest, whatever a command asks for */
  readonly path?: string;
}

/** A guest in a folder of this machine: a home of its own and, for root, a user of its own. */
export class LocalBottle implements Bottle {
  readonly plan: BottlePlan;
  readonly events: ReportEvent[] = [];
  readonly reporter = { report: (event: ReportEvent): void => void this.events.push(event) };
  readonly sidecar = { caCertificate: "", endpoints: {} } as unknown as Bottle["sidecar"];
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  execs = 0;
  copies = 0;

  readonly #options: GuestOptions;

  private constructor(root: string, workspace: Partial<WorkspacePlan>, options: GuestOptions) {
    this.#options = options;
    this.root = root;
    this.home = join(root, "home/agent");
    this.workspace = workspace.guestPath ?? join(this.home, "workspace");
    this.plan = {
      slug: SLUG,
      guestHome: this.home,
      guestUser: "agent",
      workspace: {
        mode: "copy",
        guestPath: this.workspace,
        includeIgnored: false,
        fileCount: 0,
        suspicious: [],
        ...workspace,
      },
    } as unknown as BottlePlan;
  }

  static async create(workspace: Partial<WorkspacePlan>, options: GuestOptions = {}): Promise<LocalBottle> {
    const root = await mkdtemp(join(tmpdir(), "bb-guest-"));
    await chmod(root, 0o755);
    const bottle = new LocalBottle(root, workspace, options);
    await mkdir(bottle.home, { recursive: true });
    if (isRoot) await chown(bottle.home, GUEST_UID, GUEST_UID);
    return bottle;
  }

  get warnings(): readonly string[] {
    return this.events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  }

  /** Runs a script as the agent in its workspace. @returns its output */
  async agent(script: string): Promise<string> {
    const identity = { GIT_AUTHOR_NAME: "agent", GIT_AUTHOR_EMAIL: "agent@example.com" };
    const committer = { GIT_COMMITTER_NAME: "agent", GIT_COMMITTER_EMAIL: "agent@example.com" };
    const request = { argv: ["/bin/sh", "-eu", "-c", script], cwd: this.workspace, env: { ...identity, ...committer } };
    const { exitCode, stdout, stderr } = await this.exec(request);
    if (exitCode !== 0) throw new Error(`the agent's script failed with ${exitCode}: ${stderr}`);
    return stdout;
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    this.execs++;
    const { path } = this.#options;
    const [file = "", ...args] = request.argv.map((arg) =>
      path !== undefined && arg.startsWith("PATH=") ? `PATH=${path}` : arg,
    );
    const child = spawn(file, args, {
      cwd: request.cwd ?? "/",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: this.home, ...request.env },
      detached: true,
      ...owner,
    });
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = request.timeoutMs === undefined ? undefined : setTimeout(end, request.timeoutMs);
    request.signal?.addEventListener("abort", end, { once: true });
    const [stdout, stderr] = [captured(), captured()];
    try {
      const [, , , [code, signal]] = await Promise.all([
        drain(child.stdout, request.stdout ?? stdout.take),
        drain(child.stderr, request.stderr ?? stderr.take),
        pipeline(source(request.stdin), child.stdin).catch(() => undefined),
        new Promise<[number | null, string | null]>((resolve, reject) => {
          child.once("error", reject).once("close", (...result) => {
            resolve(result);
          });
        }),
      ]);
      if (request.signal?.aborted === true)
        throw new BotBottleError("BB_ABORTED", "A command in the bottle was stopped.");
      if (signal !== null) throw new BotBottleError("BB_PROVISION", "A command in the bottle did not end in time.");
      return { exitCode: code ?? 255, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      clearTimeout(timer);
    }
  }

  async copyIn(entries: TreeEntries, targetDir: string): Promise<void> {
    this.copies++;
    const tar = pack();
    const feed = async (): Promise<void> => {
      for await (const { path, type, mode, content = "", size, target = "" } of entries) {
        if (type === "directory") tar.entry({ name: `${path}/`, type, mode });
        else if (type === "symlink") tar.entry({ name: path, type, linkname: target });
        else if (typeof content === "function")
          await pipeline(content(), tar.entry({ name: path, mode, size: size ?? 0 }));
        else tar.entry({ name: path, mode }, Buffer.from(content));
      }
      tar.finalize();
    };
    const script = 'mkdir -p -- "$1" && exec tar -x -o -p -f - -C "$1"';
    const [{ exitCode, stderr }] = await Promise.all([
      this.exec({ argv: ["/bin/sh", "-c", script, "sh", targetDir], stdin: Readable.from(tar, { objectMode: false }) }),
      feed(),
    ]);
    this.execs--;
    if (exitCode !== 0) throw new BotBottleError("BB_PROVISION", `tar failed: ${stderr}`);
  }

  async writeFile(): Promise<void> {
    throw new Error("not used");
  }

  async copyOut(): Promise<Buffer> {
    throw new Error("not used");
  }

  async attach(): Promise<number> {
    throw new Error("not used");
  }

  async endSession(): Promise<void> {}

  async destroy(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.destroy();
  }
}

function source(stdin: ExecRequest["stdin"]): Readable {
  return typeof stdin === "object" && "pipe" in stdin ? stdin : Readable.from([Buffer.from(stdin ?? "")]);
}

function captured(): { take: (chunk: Buffer) => void; text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    take: (chunk) => {
      size += chunk.length;
      if (size > MAX_CAPTURED_BYTES)
        throw new BotBottleError("BB_PROVISION", "A command in the bottle printed too much.");
      chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}

async function drain(stream: Readable, sink: Writable | ((chunk: Buffer) => void)): Promise<void> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (typeof sink === "function") sink(chunk);
    else if (!sink.destroyed && !sink.write(chunk)) {
      const waiting = new AbortController();
      const { signal } = waiting;
      await Promise.race([once(sink, "drain", { signal }), once(sink, "close", { signal })]).catch(() => undefined);
      waiting.abort();
    }
  }
}
