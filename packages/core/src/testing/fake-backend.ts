import type { Duplex } from "node:stream";
import type { ActiveBottle } from "../backend/active-bottle.ts";
import { BottleBackend } from "../backend/backend.ts";
import type { BackendCapabilities } from "../backend/capabilities.ts";
import type { CheckResult } from "../backend/checks.ts";
import type { BottleCleanupPlan, CleanupEntry } from "../backend/cleanup-plan.ts";
import type { StateHost } from "../backend/hosts.ts";
import type { LaunchContext } from "../backend/launch-context.ts";
import { NameConflict } from "../backend/name-conflict.ts";
import { groupActive, type LabelledResource, planCleanup } from "../backend/ownership.ts";
import type { Bottle, ExecRequest } from "../bottle/bottle.ts";
import { BottlePlan, type BottlePlanInit } from "../bottle/plan.ts";
import type { Slug } from "../bottle/slug.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { readMetadata } from "../state/metadata.ts";
import { FAKE_THINGS, type FakeExec, FakeMachine, type FakeThing } from "./fake-machine.ts";

export class FakePlan extends BottlePlan {}

export interface FakeOptions {
  /** exit code and output of a guest command; default success without output */
  readonly onExec?: FakeExec;
  /** runs when a thing was made; may throw, or abort the launch */
  readonly onThing?: (thing: FakeThing) => void | Promise<void>;
  /** `start` throws in place of making it */
  readonly failAt?: FakeThing | undefined;
  /** it cannot be removed */
  readonly failUndo?: FakeThing | undefined;
  /** number of launches that meet a name that somebody else holds, before one goes well */
  readonly conflicts?: number;
  readonly capabilities?: Partial<BackendCapabilities>;
}

const NETWORK = {
  listenAddress: "192.0.2.2",
  internalSubnet: "192.0.2.0/28",
  hostAddresses: [],
  gateways: [],
  silentAddresses: [],
};
const KINDS = { network: "network", sidecar: "container", machine: "machine" } as const;
const ROLES = { network: "internal-network", sidecar: "sidecar", machine: "agent" } as const;

function notRunning(slug: Slug): BotBottleError {
  return new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" runs on the fake backend.`);
}

/** A backend whose machines are maps of files: the contract without a runtime. */
export class FakeBackend extends BottleBackend<FakePlan> {
  override readonly name = "fake";
  override readonly capabilities: BackendCapabilities;
  /** by slug; what was undone stays here without its things */
  readonly machines = new Map<string, FakeMachine>();
  readonly #options: FakeOptions;
  #conflicts: number;

  constructor(options: FakeOptions = {}) {
    super();
    this.#options = options;
    this.#conflicts = options.conflicts ?? 0;
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

  /** Commands that ran in the guests, in order. */
  get execs(): readonly ExecRequest[] {
    const operations = [...this.machines.values()].flatMap((machine) => machine.operations);
    return operations.flatMap((operation) => (operation.kind === "exec" ? [operation.request] : []));
  }

  /** The one machine of a test that starts one. */
  get machine(): FakeMachine {
    const [machine] = this.machines.values();
    if (machine === undefined) throw new TypeError("the fake backend has started nothing");
    return machine;
  }

  protected override completePlan(init: BottlePlanInit): FakePlan {
    return new FakePlan(init);
  }

  protected override async start(plan: FakePlan, context: LaunchContext): Promise<Bottle> {
    if (this.#conflicts-- > 0) throw new NameConflict(`somebody else has "${plan.slug}"`);
    const machine = new FakeMachine(context.identity, this.#options.onExec);
    this.machines.set(plan.slug, machine);
    for (const thing of FAKE_THINGS) {
      context.signal.throwIfAborted();
      if (thing === this.#options.failAt) throw new Error(`the ${thing} broke`);
      machine.things.add(thing);
      context.undo.defer(thing, () => {
        this.#remove(machine, thing);
      });
      await this.#options.onThing?.(thing);
    }
    const configured = await context.sidecar.configure({ ...machine.access, network: NETWORK });
    return machine.bottle(plan, context.reporter, configured, () => context.sidecar.end());
  }

  protected override async connectSidecar(slug: Slug): Promise<Duplex> {
    return this.#find(slug, "sidecar").sidecar.connect();
  }

  protected override async reopen(plan: FakePlan, host: StateHost, reporter: Reporter): Promise<Bottle> {
    const machine = this.#find(plan.slug, "machine");
    if (machine.isStopped) throw notRunning(plan.slug);
    const { caCertificate = "", endpoints = { egress: "", dns: "" } } =
      (await readMetadata(host.home, plan.slug)) ?? {};
    return machine.bottle(plan, reporter, { caCertificate, endpoints }, async () => undefined);
  }

  override async wake(slug: Slug): Promise<void> {
    this.#find(slug, "machine").isStopped = false;
  }

  override async listActive(host: StateHost): Promise<readonly ActiveBottle[]> {
    return await groupActive(this.#resources(), this.name, host);
  }

  override async prepareCleanup(host: StateHost): Promise<BottleCleanupPlan> {
    return await planCleanup(this.#resources(), this.name, host);
  }

  protected override async removeEntry(entry: CleanupEntry): Promise<void> {
    const machine = this.machines.get(entry.slug);
    for (const thing of machine?.things ?? []) if (machine !== undefined) this.#remove(machine, thing);
  }

  override async checks(): Promise<readonly CheckResult[]> {
    return [];
  }

  override async isAvailable(): Promise<boolean> {
    return true;
  }

  #remove(machine: FakeMachine, thing: FakeThing): void {
    if (thing === this.#options.failUndo) throw new Error(`the ${thing} stays`);
    machine.things.delete(thing);
    if (thing === "sidecar") machine.sidecar.crash();
  }

  #find(slug: Slug, thing: FakeThing): FakeMachine {
    const machine = this.machines.get(slug);
    if (machine?.things.has(thing) === true) return machine;
    throw notRunning(slug);
  }

  #resources(): readonly LabelledResource[] {
    return [...this.machines.values()].flatMap(({ identity, things, isStopped }) =>
      [...things].map((thing) => ({
        kind: KINDS[thing],
        id: `${thing} ${identity.slug}`,
        name: `${thing} ${identity.slug}`,
        labels: { ...identity, role: ROLES[thing] },
        nameFits: true,
        isUp: thing === "machine" && !isStopped,
      })),
    );
  }
}
