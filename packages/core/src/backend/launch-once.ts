import { randomBytes } from "node:crypto";
import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { silentReporter } from "../events/reporter.ts";
import { SidecarSession } from "../sidecar/sidecar-session.ts";
import { type BottleMetadata, createState, removeState } from "../state/state-store.ts";
import type { LaunchOptions } from "./backend.ts";
import type { EarlyProvision, LaunchContext } from "./launch-context.ts";
import { launchError } from "./launch-error.ts";
import { type FailedUndo, UndoStack } from "./undo-stack.ts";

interface LaunchHooks {
  readonly backendName: string;
  readonly start: (context: LaunchContext) => Promise<Bottle>;
  readonly provision: (bottle: Bottle, begin: EarlyProvision) => Promise<void>;
}

function newMetadata(plan: BottlePlan, backendName: string): BottleMetadata {
  return {
    schemaVersion: 1,
    slug: plan.slug,
    backend: backendName,
    agent: plan.spec.agent.name,
    provider: plan.providerName,
    nonce: randomBytes(16).toString("hex"),
    created: new Date().toISOString(),
  };
}

/** Undoes a launch. What could not be removed stays findable: cleanup knows it by the state folder's nonce. */
async function undoAll(undo: UndoStack, removeFolder: () => Promise<void>): Promise<readonly FailedUndo[]> {
  const failed = await undo.unwind();
  if (failed.length > 0) return failed;
  const last = new UndoStack();
  last.defer("state folder", removeFolder);
  return await last.unwind();
}

/** One attempt: state folder and lock, the backend's start, provisioning; all of it undone on failure or abort. */
export async function launchOnce(plan: BottlePlan, options: LaunchOptions, hooks: LaunchHooks): Promise<Bottle> {
  const { host, signal = new AbortController().signal, reporter = silentReporter } = options;
  const undo = new UndoStack();
  const metadata = newMetadata(plan, hooks.backendName);
  const { slug, nonce, created } = metadata;
  const over = new AbortController();
  let provisioning: Promise<void> | undefined;
  let unlock = async (): Promise<void> => undefined;
  let removeFolder = unlock;
  try {
    signal.throwIfAborted();
    unlock = await createState(host.home, metadata, plan.init);
    removeFolder = () => removeState(host.home, slug);
    const session = await SidecarSession.open({ plan, metadata, host, signal, reporter, undo });
    reporter.report({ type: "step", step: "start", title: "Starting the bottle" });
    const identity = { slug, version: host.version, owner: host.owner, nonce, created };
    const provision: LaunchContext["provision"] = (machine, begin) =>
      (provisioning ??= hooks.provision(machine, { ...begin, signal: AbortSignal.any([begin.signal, over.signal]) }));
    const bottle = await hooks.start({ host, signal, reporter, undo, identity, sidecar: session.access, provision });
    await provision(bottle, { ready: Promise.resolve(), signal });
    signal.throwIfAborted();
    undo.release();
    return bottle;
  } catch (cause) {
    const isAborted = signal.aborted;
    // What a backend began early and did not wait for must not go on while its machine is taken away.
    over.abort(cause);
    await Promise.allSettled([provisioning]);
    const failed = await undoAll(undo, removeFolder);
    await unlock().catch(() => undefined);
    throw launchError({ plan, cause, isAborted, undo: failed });
  }
}
