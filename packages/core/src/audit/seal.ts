import { rm } from "node:fs/promises";
import { isSlug } from "../bottle/slug.ts";
import type { HomePaths } from "../paths/home.ts";
import type { AuditHead } from "../sidecar/control-protocol.ts";
import { readJson } from "../state/read-json.ts";
import { writeWhole } from "../state/write-whole.ts";
import type { GenesisInput } from "./chain.ts";

/** What a trail is checked against; lies beside it and outlives the state folder. */
export interface AuditSeal extends GenesisInput {
  /** after the last record that this machine received; absent while the bottle runs */
  readonly head?: AuditHead;
}

function isHead(value: unknown): value is AuditHead {
  if (typeof value !== "object" || value === null) return false;
  const { count, hash } = value as Partial<Record<keyof AuditHead, unknown>>;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 && typeof hash === "string";
}

function isSeal(value: unknown, slug: string): value is AuditSeal {
  if (typeof value !== "object" || value === null) return false;
  const found = value as Partial<Record<keyof AuditSeal, unknown>>;
  return found.slug === slug && typeof found.nonce === "string" && (found.head === undefined || isHead(found.head));
}

/**
 * @param head given when the trail has ended
 * @throws BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
 */
export async function writeSeal(home: HomePaths, { slug, nonce }: GenesisInput, head?: AuditHead): Promise<void> {
  if (!isSlug(slug)) throw new TypeError(`not a slug: ${slug}`);
  const seal: AuditSeal = { slug, nonce, ...(head === undefined ? {} : { head }) };
  await writeWhole(home.auditSeal(slug), JSON.stringify(seal));
}

/**
 * @returns undefined when there is none of this slug, or it is not whole
 * @throws BotBottleError `BB_HOME_UNUSABLE`
 */
export async function readSeal(home: HomePaths, slug: string): Promise<AuditSeal | undefined> {
  if (!isSlug(slug)) return undefined;
  const seal = await readJson(home.auditSeal(slug));
  return isSeal(seal, slug) ? seal : undefined;
}

/** Removes the trail and the seal of a launch that never said anything. */
export async function removeTrail(home: HomePaths, slug: string): Promise<void> {
  if (!isSlug(slug)) return;
  await rm(home.audit(slug), { force: true });
  await rm(home.auditSeal(slug), { force: true });
}
