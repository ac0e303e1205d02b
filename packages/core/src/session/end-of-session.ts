import { join } from "node:path";
import type { StateHost } from "../backend/hosts.ts";
import type { Bottle } from "../bottle/bottle.ts";
import { toError } from "../errors/to-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { readMetadata, removeState, WORK_BUNDLE } from "../state/state-store.ts";
import { AGENT_SESSION } from "./agent-session.ts";

export { AGENT_SESSION };

export interface EndOptions {
  readonly host: StateHost;
  readonly reporter: Reporter;
  /** leave the agent's work behind */
  readonly discard: boolean;
}

export interface EndedSession {
  /** a work bundle lies in the state folder */
  readonly workSaved: boolean;
  /** whole sentences on what was saved, or why nothing was; undefined when nothing was looked for */
  readonly workReason: string | undefined;
}

/**
 * Ends a bottle, whatever the agent's exit code: the agent's process tree first, so that nothing writes any more, then its
 * work to the host, then everything on the runtime, then the state folder. Audit trail and work bundle stay.
 * Work that cannot be saved keeps the bottle alive instead of losing it: the error says how to go on.
 */
export async function endOfSession(bottle: Bottle, { host, reporter, discard }: EndOptions): Promise<EndedSession> {
  const { slug } = bottle.plan;
  await bottle.endSession(AGENT_SESSION).catch((error: unknown) => {
    const message = `The agent's processes could not be ended: ${redactForDisplay(toError(error).message)}`;
    reporter.report({ type: "warning", message });
  });
  let work: { readonly saved: boolean; readonly reason: string | undefined } = { saved: false, reason: undefined };
  const metadata = await readMetadata(host.home, slug);
  if (!discard && metadata?.workspaceBase !== undefined) {
    const { salvageWork } = await import("./salvage-work.ts");
    reporter.report({ type: "step", step: "salvage", title: "Saving the agent's work" });
    work = await salvageWork(bottle, metadata, join(host.home.state(slug), WORK_BUNDLE));
  }
  reporter.report({ type: "step", step: "destroy", title: "Removing the bottle" });
  await bottle.destroy();
  await removeState(host.home, slug);
  return { workSaved: work.saved, workReason: work.reason };
}
