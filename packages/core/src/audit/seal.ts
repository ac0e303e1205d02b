import { readFile, writeFile } from "node:fs/promises";
import { isSlug } from "../bottle/slug.ts";
import { errorCode, isSyntaxError } from "../errors/to-error.ts";
import { type HomePaths } from "../paths/home.ts";
import { type AuditHead } from "../sidecar/control-protocol.ts";
import { type GenesisInput } from "./chain.ts";

/** What a trail is checked against; lies beside it and outlives the state folder. */
export interface AuditSeal extends GenesisInput {
  /** after the last record that this machine received; absent while the bottle runs */
  readonly head?: AuditHead;
}

/** @param head given when the trail has ended */
export async function writeSeal(home: HomePaths, { slug, nonce }: GenesisInput, head?: AuditHead): Promise<void> {
  if (!isSlug(slug)) throw new TypeError(`not a slug: ${slug}`);
  const seal: AuditSeal = { slug, nonce, ...(head === undefined ? {} : { head }) };
  await writeFile(home.auditSeal(slug), JSON.stringify(seal), { mode: 0o600 });
}

/** @returns undefined when there is none, or it is not whole */
export async function readSeal(home: HomePaths, slug: string): Promise<AuditSeal | undefined> {
  if (!isSlug(slug)) return undefined;
  try {
    return JSON.parse(await readFile(home.auditSeal(slug), "utf8")) as AuditSeal;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || isSyntaxError(error)) return undefined;
    throw error;
  }
}
