import { Duplex } from "node:stream";
import { type ActiveBottle } from "../backend/active-bottle.ts";
import { BottleBackend } from "../backend/backend.ts";
import { type BackendCapabilities } from "../backend/capabilities.ts";
import { type CheckResult } from "../backend/checks.ts";
import { type BottleCleanupPlan, type CleanupEntry } from "../backend/cleanup-plan.ts";
import { type LaunchContext } from "../backend/launch-context.ts";
import { type Bottle, type ExecRequest, type ExecResult, type TreeEntry } from "../bottle/bottle.ts";
import { BottlePlan, type BottlePlanInit } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { type Slug } from "../bottle/slug.ts";
import { fakeSidecar } from "./fake-sidecar.ts";

export class FakePlan extends BottlePlan {}

export interface FakeOptions {
  /** exit code and output of a guest command; default success without output */
  readonly onExec?: (request: ExecRequest) => Partial<ExecResult> | Promise<Partial<ExecResult>>;
  /** throws at a point of `start`, to see it undone */
  readonly failAt?: "sidecar" | "machine" | undefined;
  readonly capabilities?: Partial<BackendCapabilities>;
}

interface Machine {
  readonly files: Map<string, { readonly content: string; readonly mode: number; readonly user: string }>;
  readonly things: Set<string>;
}

/** A backend whose machines are maps of files: the contract without a runtime. */
export class FakeBackend extends BottleBackend<FakePlan, BottleCleanupPlan> {
  override readonly name = "fake";
  override readonly capabilities: BackendCapabilities;
  readonly machines = new Map<string, Machine>();
  readonly execs: ExecRequest[] = [];
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    super();
    this.#options = options;
    this.capabilities = {
      localOnly: true,
      snapshot: false,
      portForward: false,
      gvisor: false,
      mountWorkspace: false,
      upstreamNetwork: true,
      diskLimit: false,
      ...options.capabilities,
    };
  }

  /** Everything that exists at the moment, e.g. `machine sample-abcde`. */
  get left(): readonly string[] {
    return [...this.machines].flatMap(([slug, { things }]) => [...things].map((thing) => `${thing} ${slug}`));
  }

  protected override completePlan(init: BottlePlanInit): FakePlan {
    return new FakePlan(init);
  }

  protected override async start(plan: FakePlan, context: LaunchContext): Promise<Bottle> {
    const machine: Machine = { files: new Map(), things: new Set() };
    this.machines.set(plan.slug, machine);
    for (const thing of ["network", "sidecar", "machine"] as const) {
      context.signal.throwIfAborted();
      if (thing === this.#options.failAt) throw new Error(`the ${thing} broke`);
      machine.things.add(thing);
      context.undo.defer(thing, () => void machine.things.delete(thing));
    }
    const configured = await context.sidecar.configure({
      connect: () => this.connectSidecar(plan.slug),
      network: {
        listenAddress: "192.0.2.2",
        internalSubnet: "192.0.2.0/28",
        hostAddresses: [],
        gateways: [],
        silentAddresses: [],
      },
    });
    return this.#bottle(plan, machine, context, configured);
  }

  protected override async connectSidecar(slug: Slug): Promise<Duplex> {
    if (!(this.machines.get(slug)?.things.has("sidecar") ?? false)) throw this.#unknown(slug);
    return fakeSidecar();
  }

  protected override async reopen(plan: FakePlan): Promise<Bottle> {
    throw this.#unknown(plan.slug);
  }

  override async listActive(): Promise<readonly ActiveBottle[]> {
    return [];
  }

  override async prepareCleanup(): Promise<BottleCleanupPlan> {
    return { backendName: this.name, entries: [], foreign: [] };
  }

  protected override async removeEntry(entry: CleanupEntry): Promise<void> {
    this.machines.delete(entry.slug);
  }

  override async checks(): Promise<readonly CheckResult[]> {
    return [];
  }

  override async isAvailable(): Promise<boolean> {
    return true;
  }

  #unknown(slug: string): BotBottleError {
    return new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" runs on the fake backend.`);
  }

  #bottle(plan: FakePlan, machine: Machine, context: LaunchContext, sidecar: Bottle["sidecar"]): Bottle {
    const exec = async (request: ExecRequest): Promise<ExecResult> => {
      this.execs.push(request);
      return { exitCode: 0, stdout: "", stderr: "", ...(await this.#options.onExec?.(request)) };
    };
    const write = (path: string, entry: Pick<TreeEntry, "content" | "mode">, user: string): void => {
      const content = typeof entry.content === "function" ? "" : Buffer.from(entry.content ?? "").toString("utf8");
      machine.files.set(path, { content, mode: entry.mode, user });
    };
    const destroy = async (): Promise<void> => {
      await context.sidecar.end();
      machine.things.clear();
    };
    return {
      plan,
      reporter: context.reporter,
      sidecar,
      exec,
      attach: async ({ argv }) => (await exec({ argv })).exitCode,
      writeFile: async (path, content, mode, user = "agent") => {
        write(path, { content, mode }, user);
      },
      copyIn: async (entries, targetDir, user = "agent") => {
        for await (const entry of entries) {
          if (entry.type === "file") write(`${targetDir.replace(/\/$/, "")}/${entry.path}`, entry, user);
        }
      },
      copyOut: async (path) => Buffer.from(machine.files.get(path)?.content ?? ""),
      endSession: async () => undefined,
      destroy,
      [Symbol.asyncDispose]: destroy,
    };
  }
}
