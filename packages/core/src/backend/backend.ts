import type { Duplex } from "node:stream";
import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan, BottlePlanInit } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import { mintSlug, type Slug } from "../bottle/slug.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { silentReporter, type Reporter } from "../events/reporter.ts";
import { preparePlan } from "../prepare/prepare-plan.ts";
import { createSidecarClient } from "../sidecar/client.ts";
import type { SidecarClient } from "../sidecar/sidecar-client.ts";
import { isSlugTaken, readMetadata, readPlanInit } from "../state/state-store.ts";
import type { BackendCapabilities } from "./capabilities.ts";
import type { CheckResult } from "./checks.ts";
import type { BottleCleanupPlan, CleanupEntry } from "./cleanup-plan.ts";
import type { CheckHost, LaunchHost, PrepareHost, StateHost } from "./hosts.ts";
import { launchOnce } from "./launch-once.ts";
import { NameConflict } from "./name-conflict.ts";
import type { LaunchContext } from "./launch-context.ts";
import type { ActiveBottle } from "./active-bottle.ts";
import { PROVISION_STEPS, type ProvisionStep, provisionStep, stepEvent } from "../provision/steps.ts";
import { batchedBottle } from "../provision/batched-bottle.ts";
import { cleanEntry } from "./clean-entry.ts";
import { requireCapabilities } from "./required-capabilities.ts";

export interface LaunchOptions {
  readonly host: LaunchHost;
  readonly signal?: AbortSignal;
  readonly reporter?: Reporter;
}

const MAX_NAME_CONFLICTS = 5;

function noFreeName(cause: NameConflict): BotBottleError {
  return new BotBottleError(
    "BB_LAUNCH",
    `No free name was found in ${MAX_NAME_CONFLICTS + 1} tries: ${cause.message}.`,
    {
      hint: "`bot-bottle list active` and `bot-bottle cleanup` show what is there; --label gives another name.",
      cause,
    },
  );
}

/**
 * One way to run bottles. The public methods guarantee the contract; a backend writes the protected hooks, which get
 * validated input. A backend asks a runtime for exec with stdin and stdout, file copy and the machine's lifecycle only.
 */
export abstract class BottleBackend<
  PlanT extends BottlePlan = BottlePlan,
  CleanupT extends BottleCleanupPlan = BottleCleanupPlan,
> {
  abstract readonly name: string;
  abstract readonly capabilities: BackendCapabilities;

  /** Mandatory. Adds the backend's own fields. No effect outside this process; no engine needed. */
  protected abstract completePlan(init: BottlePlanInit): PlanT;

  /**
   * Mandatory. Makes the sidecar and the machine; calls `context.undo.defer` right after each thing exists, and
   * `context.sidecar.configure` as soon as the sidecar can be reached. A name that somebody else holds is thrown as
   * `NameConflict`. The bottle's `destroy` removes everything that was made.
   */
  protected abstract start(plan: PlanT, context: LaunchContext): Promise<Bottle>;

  /** Mandatory. A byte stream to the control channel of a running sidecar. */
  protected abstract connectSidecar(slug: Slug): Promise<Duplex>;

  /** Mandatory. A handle to a running bottle that another process launched. @throws `BB_BOTTLE_NOT_FOUND` */
  protected abstract reopen(plan: PlanT, host: StateHost, reporter: Reporter): Promise<Bottle>;

  /** Mandatory. Everything on the runtime that carries our labels. */
  abstract listActive(host: StateHost): Promise<readonly ActiveBottle[]>;

  /** Mandatory. Finds what has no live owner. */
  abstract prepareCleanup(host: StateHost): Promise<CleanupT>;

  /** Mandatory. Removes what one entry lists on the runtime; what is gone already is fine. The state folder is not its job. */
  protected abstract removeEntry(entry: CleanupEntry): Promise<void>;

  /** Mandatory. Results for `doctor`; `host` says what a launch would use. */
  abstract checks(host: CheckHost): Promise<readonly CheckResult[]>;

  /** Optional. Loads what a launch will need, while the human reads the question. Never throws. */
  async preload(): Promise<void> {}

  /**
   * Optional. Starts a left bottle's machine that is there and does not run, as after a reboot, so that its work can be
   * saved; its sidecar stays as it is. @throws BotBottleError `BB_BOTTLE_NOT_FOUND` when there is no machine
   */
  async wake(_slug: Slug, _host: StateHost): Promise<void> {}

  /** True when the runtime answers; for the choice of a default backend. */
  abstract isAvailable(): Promise<boolean>;

  /**
   * Turns what was asked for into a plan, without any effect: dry runs use it.
   * @throws BotBottleError of every kind that a manifest, a missing reference or a missing capability can cause
   */
  async prepare(spec: BottleSpec, host: PrepareHost): Promise<PlanT> {
    const slug = await this.#mint(spec.label ?? spec.agent.name, host);
    const plan = this.completePlan(await preparePlan(spec, { host, slug, backendName: this.name }));
    requireCapabilities(plan, this);
    return plan;
  }

  /**
   * Starts a bottle and provisions it. A failed or aborted launch leaves nothing behind: everything made is undone,
   * newest first, and a failed undo is reported beside the first error.
   * @throws BotBottleError `BB_BACKEND_CAPABILITY` before anything is made; the coded cause, or `BB_LAUNCH`, after the undo
   */
  async launch(plan: PlanT, options: LaunchOptions): Promise<Bottle> {
    requireCapabilities(plan, this);
    let current = plan;
    for (let conflicts = 0; ; conflicts++) {
      try {
        return await this.#launchOnce(current, options);
      } catch (error) {
        if (!NameConflict.is(error)) throw error;
        if (conflicts === MAX_NAME_CONFLICTS) throw noFreeName(error);
        const slug = await this.#mint(plan.spec.label ?? plan.spec.agent.name, options.host);
        current = this.completePlan({ ...current.init, slug });
      }
    }
  }

  /**
   * Runs the provision steps in their fixed order; files that follow each other travel together.
   * @param ready what every command waits for, files do not: the sidecar
   */
  async provision(
    plan: BottlePlan,
    bottle: Bottle,
    options: LaunchOptions,
    ready: Promise<unknown> = Promise.resolve(),
  ): Promise<void> {
    const { host, signal, reporter } = options;
    const provider = await host.providers.get(plan.providerName);
    const begin = (step: ProvisionStep): void => {
      signal?.throwIfAborted();
      reporter?.report(stepEvent(step, plan));
    };
    const [first, ...rest] = PROVISION_STEPS;
    begin(first);
    // Trust is root's business and files are the agent's: they travel at the same time, and every command waits for both.
    const trusted = provisionStep(first, provider, plan, batchedBottle(bottle, signal));
    trusted.catch(() => undefined); // awaited below, after what runs beside it
    const before = Promise.all([trusted, ready]);
    before.catch(() => undefined); // as above, and nothing may wait for it
    try {
      const batched = batchedBottle(bottle, signal, before);
      for (const step of rest) {
        begin(step);
        await (step === "workspace"
          ? this.copyWorkspace(plan, batched, host, signal)
          : provisionStep(step, provider, plan, batched));
      }
      await batched.flush();
    } finally {
      await Promise.allSettled([trusted]);
    }
    await trusted;
  }

  /** Optional. Puts the workspace into the guest; the default copies it as a tar through exec. */
  protected async copyWorkspace(
    plan: BottlePlan,
    bottle: Bottle,
    host: StateHost,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { provisionWorkspace } = await import("../provision/workspace.ts");
    await provisionWorkspace(plan, bottle, host, signal);
  }

  /** A typed conversation with a running bottle's sidecar. @throws `BB_BOTTLE_NOT_FOUND`, `BB_SIDECAR` */
  async openSidecar(slug: Slug): Promise<SidecarClient> {
    return createSidecarClient(await this.connectSidecar(slug));
  }

  /** A handle to a bottle that runs already. @throws `BB_BOTTLE_NOT_FOUND` */
  async open(slug: Slug, host: StateHost, reporter: Reporter = silentReporter): Promise<Bottle> {
    const metadata = await readMetadata(host.home, slug);
    if (metadata?.backend !== this.name) {
      throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" runs on backend "${this.name}".`, {
        hint: "`bot-bottle list active` shows what runs.",
      });
    }
    return await this.reopen(this.completePlan(await readPlanInit(host.home, slug)), host, reporter);
  }

  /**
   * Removes what the plan lists, state folders included; audit trail and work are collected first. A bottle that has come
   * to life since is left alone, and so is one whose work cannot be saved, unless `discard` gives it up. A second run does
   * nothing. `signal` ends the saving of work, and what was not begun stays.
   * @returns what could not be removed
   */
  async cleanup(
    plan: CleanupT,
    host: StateHost,
    reporter: Reporter = silentReporter,
    { discard = false, signal }: { readonly discard?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<readonly { slug: string; error: unknown }[]> {
    const failed: { slug: string; error: unknown }[] = [];
    for (const entry of plan.entries) {
      signal?.throwIfAborted();
      try {
        const remove = (): Promise<void> => this.removeEntry(entry);
        await cleanEntry(entry, { source: this, host, reporter, discard, signal, remove });
      } catch (error) {
        failed.push({ slug: entry.slug, error });
      }
    }
    return failed;
  }

  async #mint(stem: string, host: Pick<PrepareHost, "home">): Promise<Slug> {
    return await mintSlug(stem, (slug) => isSlugTaken(host.home, slug));
  }

  async #launchOnce(plan: PlanT, options: LaunchOptions): Promise<Bottle> {
    return await launchOnce(plan, options, {
      backendName: this.name,
      start: (context) => this.start(plan, context),
      provision: (bottle, { ready, signal }) => this.provision(plan, bottle, { ...options, signal }, ready),
    });
  }
}
