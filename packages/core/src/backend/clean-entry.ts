import { stat } from "node:fs/promises";
import { removeTrail } from "../audit/seal.ts";
import { isSlug, type Slug } from "../bottle/slug.ts";
import { errorCode } from "../errors/to-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { salvage, type SalvageSource } from "../session/salvage.ts";
import { takeLock } from "../state/owner-lock.ts";
import { readMetadata, removeState } from "../state/state-store.ts";
import type { CleanupEntry } from "./cleanup-plan.ts";
import type { StateHost } from "./hosts.ts";

interface CleanOptions {
  readonly source: SalvageSource;
  readonly host: StateHost;
  readonly reporter: Reporter;
  /** gives up work that cannot be saved */
  readonly discard: boolean;
  readonly signal: AbortSignal | undefined;
  /** removes what the entry lists on the runtime */
  readonly remove: () => Promise<void>;
}

/** @returns what gives the lock back; undefined where no state folder is left to lock */
async function lockState(slug: Slug, { home }: StateHost): Promise<(() => Promise<void>) | undefined> {
  return await takeLock(home.state(slug)).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
}

/** A launch that was killed before its sidecar said anything has no trail to keep. */
async function removeEmptyTrail(slug: Slug, { home }: StateHost): Promise<void> {
  const isEmpty = await stat(home.audit(slug)).then(
    ({ size }) => size === 0,
    () => false,
  );
  if (isEmpty && (await readMetadata(home, slug))?.endpoints === undefined) await removeTrail(home, slug);
}

/**
 * Removes what is left of one bottle, its state folder last.
 * @throws BotBottleError `BB_BOTTLE_BUSY` when a process owns it by now; what saving its work, or the runtime, throws
 */
export async function cleanEntry({ slug, resources }: CleanupEntry, options: CleanOptions): Promise<void> {
  if (!isSlug(slug)) throw new TypeError(`not a slug: ${JSON.stringify(slug)}`);
  const { source, host, reporter, discard, signal, remove } = options;
  const unlock = await lockState(slug, host);
  try {
    const hasMachine = resources.some(({ kind }) => kind === "container" || kind === "machine");
    if (hasMachine) await salvage(source, slug, { host, reporter, discard, signal });
    await remove();
    await removeEmptyTrail(slug, host);
    await removeState(host.home, slug);
  } finally {
    await unlock?.();
  }
}
