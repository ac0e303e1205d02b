import { buffer } from "node:stream/consumers";
import type { ResourceIdentity } from "../backend/labels.ts";
import type { SidecarAccess } from "../backend/launch-context.ts";
import type { Bottle, ExecRequest, ExecResult, TreeEntries } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { FakeSidecar } from "./fake-sidecar.ts";

/** What a launch makes on the fake runtime, in this order. */
export const FAKE_THINGS = ["network", "sidecar", "machine"] as const;
export type FakeThing = (typeof FAKE_THINGS)[number];

export type GuestUser = "root" | "agent";

export interface FakeFile {
  readonly content: string;
  readonly mode: number;
  readonly user: GuestUser;
}

/** One thing that a bottle was asked for. */
export type FakeOperation =
  | { readonly kind: "exec"; readonly request: ExecRequest }
  | { readonly kind: "copyIn" | "writeFile"; readonly user: GuestUser; readonly paths: readonly string[] }
  | { readonly kind: "endSession"; readonly session: string };

export type FakeExec = (request: ExecRequest) => Partial<ExecResult> | Promise<Partial<ExecResult>>;

/** A machine that is a map of files, beside its sidecar. */
export class FakeMachine {
  readonly identity: Omit<ResourceIdentity, "role">;
  readonly sidecar = new FakeSidecar();
  /** what exists of it at the moment */
  readonly things = new Set<FakeThing>();
  /** regular files by absolute path */
  readonly files = new Map<string, FakeFile>();
  /** in the order in which they came */
  readonly operations: FakeOperation[] = [];
  /** as after a reboot: there, and not running */
  isStopped = false;
  readonly #onExec: FakeExec | undefined;
  #isOrphan = false;

  constructor(identity: Omit<ResourceIdentity, "role">, onExec: FakeExec | undefined) {
    this.identity = identity;
    this.#onExec = onExec;
  }

  /** How the launching process reaches the sidecar. */
  get access(): Pick<SidecarAccess, "connect"> & Required<Pick<SidecarAccess, "restart">> {
    const owned = async <T>(work: () => T): Promise<T> => {
      if (this.#isOrphan) throw new Error("the launching process is gone");
      return work();
    };
    return {
      connect: () => owned(() => this.sidecar.connect()),
      restart: () =>
        owned(() => {
          this.sidecar.restart();
        }),
    };
  }

  /** As if the launching process had been killed: it hears and does nothing more. */
  orphan(): void {
    this.#isOrphan = true;
    this.sidecar.dropChannels();
  }

  /** @param end runs first when the bottle is destroyed */
  bottle(plan: BottlePlan, reporter: Reporter, sidecar: Bottle["sidecar"], end: () => Promise<void>): Bottle {
    const destroy = async (): Promise<void> => {
      await end();
      this.things.clear();
    };
    return {
      plan,
      reporter,
      sidecar,
      exec: (request) => this.#exec(request),
      attach: async ({ argv }) => (await this.#exec({ argv })).exitCode,
      writeFile: async (path, content, mode, user = "agent") => {
        this.files.set(path, { content: Buffer.from(content).toString("utf8"), mode, user });
        this.operations.push({ kind: "writeFile", user, paths: [path] });
      },
      copyIn: (entries, targetDir, { user = "agent" } = {}) => this.#copyIn(entries, targetDir, user),
      copyOut: async (path) => Buffer.from(this.files.get(path)?.content ?? ""),
      endSession: async (session) => {
        this.operations.push({ kind: "endSession", session });
      },
      destroy,
      [Symbol.asyncDispose]: destroy,
    };
  }

  async #exec(request: ExecRequest): Promise<ExecResult> {
    if (request.signal?.aborted === true)
      throw new BotBottleError("BB_ABORTED", "A command in the bottle was stopped.");
    this.operations.push({ kind: "exec", request });
    return { exitCode: 0, stdout: "", stderr: "", ...(await this.#onExec?.(request)) };
  }

  async #copyIn(entries: TreeEntries, targetDir: string, user: GuestUser): Promise<void> {
    const paths: string[] = [];
    for await (const { path, type, mode, content = "" } of entries) {
      const target = `${targetDir.replace(/\/$/, "")}/${path}`;
      paths.push(type === "directory" ? `${target}/` : target);
      const bytes = typeof content === "function" ? await buffer(content()) : Buffer.from(content);
      if (type === "file") this.files.set(target, { content: bytes.toString("utf8"), mode, user });
    }
    this.operations.push({ kind: "copyIn", user, paths });
  }
}
