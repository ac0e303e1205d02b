import { randomBytes } from "node:crypto";
import { type Bottle } from "../bottle/bottle.ts";
import { type BottlePlan } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { toError } from "../errors/to-error.ts";
import { silentReporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { SidecarSession } from "../sidecar/sidecar-session.ts";
import { takeLock } from "../state/owner-lock.ts";
import { type BottleMetadata, createState, removeState } from "../state/state-store.ts";
import { type LaunchOptions } from "./backend.ts";
import { type LaunchContext } from "./launch-context.ts";
import { UndoStack } from "./undo-stack.ts";

/** A name that somebody else holds on the runtime; launch tries again with another slug. */
export class NameConflict extends Error {
  static {
    Object.defineProperty(this.prototype, "name", { value: "NameConflict", configurable: true, writable: true });
  }

  /** Across realms and copies of core, unlike `instanceof`. */
  static is(value: unknown): value is NameConflict {
    return typeof value === "object" && value !== null && "name" in value && value.name === "NameConflict";
  }
}

interface LaunchHooks {
  readonly backendName: string;
  readonly start: (context: LaunchContext) => Promise<Bottle>;
  readonly provision: (bottle: Bottle) => Promise<void>;
}

function launchError(
  plan: BottlePlan,
  cause: unknown,
  aborted: boolean,
  undo: readonly { title: string; error: unknown }[],
): Error {
  if (NameConflict.is(cause) && undo.length === 0) return cause;
  const left = undo.map(({ title, error }) => `${title} (${redactForDisplay(toError(error).message)})`);
  const leftHint = left.length === 0 ? undefined : `Not undone: ${left.join("; ")}. Run \`bot-bottle cleanup\`.`;
  const chain =
    undo.length === 0
      ? cause
      : new AggregateError([cause, ...undo.map(({ error }) => error)], "launch and its undo failed");
  if (aborted) {
    return new BotBottleError("BB_ABORTED", `The launch of "${plan.slug}" was stopped.`, {
      hint: leftHint,
      cause: chain,
    });
  }
  if (BotBottleError.is(cause)) {
    if (undo.length === 0) return cause;
    const hint = [cause.hint, leftHint].filter((part) => part !== undefined).join("\n");
    return new BotBottleError(cause.code, cause.message, { hint, cause: chain });
  }
  return new BotBottleError(
    "BB_LAUNCH",
    `Could not launch "${plan.slug}": ${redactForDisplay(toError(cause).message)}`,
    {
      hint: leftHint ?? "Run `bot-bottle doctor`.",
      cause: chain,
    },
  );
}

/** One attempt: state folder and lock, the backend's start, provisioning; all of it undone on failure or abort. */
export async function launchOnce(plan: BottlePlan, options: LaunchOptions, hooks: LaunchHooks): Promise<Bottle> {
  const { host } = options;
  const signal = options.signal ?? new AbortController().signal;
  const reporter = options.reporter ?? silentReporter;
  const undo = new UndoStack();
  const metadata: BottleMetadata = {
    schemaVersion: 1,
    slug: plan.slug,
    backend: hooks.backendName,
    agent: plan.spec.agent.name,
    provider: plan.providerName,
    nonce: randomBytes(16).toString("hex"),
    created: new Date().toISOString(),
  };
  try {
    signal.throwIfAborted();
    await createState(host.home, metadata, plan.init);
    undo.defer("state folder", () => removeState(host.home, plan.slug));
    const unlock = await takeLock(host.home.state(plan.slug));
    undo.defer("lock", unlock);
    const session = await SidecarSession.open({ plan, metadata, host, reporter, undo });
    reporter.report({ type: "step", step: "start", title: "Starting the bottle" });
    const bottle = await hooks.start({
      host,
      signal,
      reporter,
      undo,
      identity: {
        slug: plan.slug,
        version: host.version,
        owner: host.owner,
        nonce: metadata.nonce,
        created: metadata.created,
      },
      sidecar: session.access,
    });
    await hooks.provision(bottle);
    signal.throwIfAborted();
    undo.release();
    return bottle;
  } catch (cause) {
    throw launchError(plan, cause, signal.aborted, await undo.unwind());
  }
}
