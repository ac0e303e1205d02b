import { join } from "node:path";
import { writeSeal } from "../audit/seal.ts";
import { genesisHead } from "../audit/chain.ts";
import type { StateHost } from "../backend/hosts.ts";
import type { Bottle } from "../bottle/bottle.ts";
import type { Slug } from "../bottle/slug.ts";
import { errorCode, toError } from "../errors/to-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { AuditFile } from "../sidecar/audit-file.ts";
import type { SidecarClient } from "../sidecar/sidecar-client.ts";
import { within } from "../sidecar/within.ts";
import { type BottleMetadata, readMetadata, WORK_BUNDLE } from "../state/state-store.ts";
import { AGENT_SESSION } from "./agent-session.ts";

const AUDIT_TIMEOUT_MS = 15_000;

/** What salvage needs of a backend. */
export interface SalvageSource {
  wake(slug: Slug, host: StateHost): Promise<void>;
  open(slug: Slug, host: StateHost, reporter?: Reporter): Promise<Bottle>;
  openSidecar(slug: Slug): Promise<SidecarClient>;
}

export interface LeftBottle {
  readonly host: StateHost;
  readonly reporter: Reporter;
  /** leave the agent's work behind */
  readonly discard: boolean;
  /** ends the saving of the work, which stays in the bottle then */
  readonly signal?: AbortSignal | undefined;
}

/** Reads page by page what the sidecar has since the last whole line on disk, and its end. */
async function readTrail(client: SidecarClient, file: AuditFile): Promise<void> {
  await client.call("audit.end", {});
  for (;;) {
    const before = file.head.count;
    file.append((await client.call("audit.read", { fromCount: before })).lines);
    if (file.head.count <= before) return;
  }
}

async function salvageAudit(source: SalvageSource, metadata: BottleMetadata, { home }: StateHost): Promise<void> {
  const client = await source.openSidecar(metadata.slug);
  let failure: unknown;
  try {
    const file = await AuditFile.carryOn(
      home.audit(metadata.slug),
      genesisHead(metadata),
      (error) => (failure = error),
    );
    try {
      const limits = { timeoutMs: AUDIT_TIMEOUT_MS, stop: new AbortController().signal };
      await within(client, limits, () => readTrail(client, file));
    } finally {
      await file.close();
    }
    await writeSeal(home, metadata, file.head);
  } finally {
    client.close();
  }
  if (failure !== undefined) throw toError(failure);
}

/** @throws BotBottleError when there may be work and it could not be saved */
async function salvageLeftWork(source: SalvageSource, metadata: BottleMetadata, left: LeftBottle): Promise<void> {
  const { host, reporter, signal } = left;
  await source.wake(metadata.slug, host);
  const bottle = await source.open(metadata.slug, host, reporter);
  // Whatever still runs must not change the work while it is read.
  await bottle.endSession(AGENT_SESSION).catch(() => undefined);
  const { salvageWork } = await import("./salvage-work.ts");
  await salvageWork(bottle, metadata, join(host.home.state(metadata.slug), WORK_BUNDLE), { signal });
}

/**
 * Before a left bottle is removed: its audit trail and the agent's work come to the host. A sidecar or a machine that is
 * gone is a warning, and no reason to keep the rest; a machine that is only stopped is started for it.
 * @throws BotBottleError when the machine is there and its work could not be saved: only `discard` gives it up
 */
export async function salvage(source: SalvageSource, slug: Slug, left: LeftBottle): Promise<void> {
  const { host, reporter, discard } = left;
  const warn = (what: string, error: unknown): void => {
    const message = `${slug}: ${what} could not be collected: ${redactForDisplay(toError(error).message)}`;
    reporter.report({ type: "warning", message });
  };
  const metadata = await readMetadata(host.home, slug);
  if (metadata === undefined) return;
  await salvageAudit(source, metadata, host).catch((error: unknown) => {
    // Before it was configured a sidecar has nothing to tell.
    if (metadata.endpoints !== undefined) warn("the audit trail", error);
  });
  if (discard || metadata.workspaceBase === undefined) return;
  try {
    await salvageLeftWork(source, metadata, left);
  } catch (error) {
    if (errorCode(error) !== "BB_BOTTLE_NOT_FOUND") throw error;
    warn("the agent's work", error);
  }
}
