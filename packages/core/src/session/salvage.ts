import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSeal } from "../audit/seal.ts";
import { type StateHost } from "../backend/hosts.ts";
import { type Bottle } from "../bottle/bottle.ts";
import { type Slug } from "../bottle/slug.ts";
import { errorCode, toError } from "../errors/to-error.ts";
import { type Reporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { type SidecarClient } from "../sidecar/sidecar-client.ts";
import { readMetadata, WORK_BUNDLE } from "../state/state-store.ts";

/** What salvage needs of a backend. */
export interface SalvageSource {
  open(slug: Slug, host: StateHost, reporter?: Reporter): Promise<Bottle>;
  openSidecar(slug: Slug): Promise<SidecarClient>;
}

async function countRecords(path: string): Promise<number> {
  try {
    return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "").length;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw error;
  }
}

/** Reads what the sidecar spooled since the file on disk ended, and ends the trail. */
async function salvageAudit(source: SalvageSource, slug: Slug, host: StateHost): Promise<void> {
  const client = await source.openSidecar(slug);
  try {
    const path = host.home.audit(slug);
    const known = await countRecords(path);
    await client.call("audit.end", {});
    const { lines, head } = await client.call("audit.read", { fromCount: known });
    if (lines.length > 0) await appendFile(path, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    const metadata = await readMetadata(host.home, slug);
    if (metadata !== undefined) await writeSeal(host.home, metadata, head);
  } finally {
    client.close();
  }
}

/**
 * Before a left bottle is removed: its audit trail and the agent's work come to the host. What cannot be had any more is a
 * warning; it never keeps cleanup from removing the rest.
 */
export async function salvage(source: SalvageSource, slug: Slug, host: StateHost, reporter: Reporter): Promise<void> {
  const warn = (what: string, error: unknown): void => {
    const message = `${slug}: ${what} could not be collected: ${redactForDisplay(toError(error).message)}`;
    reporter.report({ type: "warning", message });
  };
  await salvageAudit(source, slug, host).catch((error: unknown) => {
    warn("the audit trail", error);
  });
  const metadata = await readMetadata(host.home, slug);
  if (metadata?.workspaceBase === undefined) return;
  try {
    const bottle = await source.open(slug, host, reporter);
    const { salvageWork } = await import("./salvage-work.ts");
    await salvageWork(bottle, metadata, join(host.home.state(slug), WORK_BUNDLE));
  } catch (error) {
    warn("the agent's work", error);
  }
}
