import type {
  AttachRequest,
  Bottle,
  CopyOptions,
  ExecRequest,
  ExecResult,
  Reporter,
  TreeEntries,
} from "@bot-bottle/core";
import { attachToContainer } from "./attach.ts";
import type { DockerBottlePlan } from "./docker-plan.ts";
import { endTree, execInContainer } from "./exec.ts";
import { type ContainerUser, copyFileOut, copyTreeIn, writeFileIn } from "./files.ts";
import type { Container } from "./open-exec.ts";
import { notEnded, sessionMark } from "./session-tree.ts";

export interface DockerBottleInit {
  readonly plan: DockerBottlePlan;
  readonly reporter: Reporter;
  readonly container: Container;
  readonly sidecar: Bottle["sidecar"];
  /** removes everything; called at most once at a time, again after a failure */
  readonly remove: () => Promise<void>;
}

/** A running pair of containers. */
export class DockerBottle implements Bottle {
  readonly plan: DockerBottlePlan;
  readonly reporter: Reporter;
  readonly sidecar: Bottle["sidecar"];
  readonly #container: Container;
  readonly #remove: () => Promise<void>;
  #destroying: Promise<void> | undefined;

  constructor({ plan, reporter, container, sidecar, remove }: DockerBottleInit) {
    this.plan = plan;
    this.reporter = reporter;
    this.sidecar = sidecar;
    this.#container = container;
    this.#remove = remove;
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    const { exitCode, stdout, stderr } = await execInContainer(this.#container, {
      ...request,
      user: this.#user(request.user),
      cwd: request.cwd ?? "/",
    });
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  async attach(request: AttachRequest): Promise<number> {
    return await attachToContainer(this.#container, { ...request, user: this.#user(), cwd: request.cwd ?? "/" });
  }

  async writeFile(
    path: string,
    content: string | Uint8Array,
    mode: number,
    user: "root" | "agent" = "agent",
  ): Promise<void> {
    await writeFileIn(this.#as(user), path, content, mode);
  }

  async copyIn(entries: TreeEntries, targetDir: string, { user = "agent", signal }: CopyOptions = {}): Promise<void> {
    await copyTreeIn(this.#as(user), entries, targetDir, signal);
  }

  async copyOut(path: string, maxBytes: number): Promise<Buffer> {
    return await copyFileOut(this.#as("agent"), path, maxBytes);
  }

  async endSession(session: string): Promise<void> {
    if (!(await endTree(this.#container, this.#user(), sessionMark(session), true))) {
      throw notEnded(`the session "${session}"`);
    }
  }

  async destroy(): Promise<void> {
    this.#destroying ??= this.#remove();
    try {
      await this.#destroying;
    } catch (error) {
      this.#destroying = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.destroy();
  }

  #user(user: "root" | "agent" = "agent"): string {
    return user === "root" ? "0" : this.plan.guestUser;
  }

  #as(user: "root" | "agent"): ContainerUser {
    return { container: this.#container, user: this.#user(user) };
  }
}
