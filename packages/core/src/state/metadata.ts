import { join } from "node:path";
import type { Slug } from "../bottle/slug.ts";
import type { HomePaths } from "../paths/home.ts";
import type { SidecarEndpoints } from "../sidecar/control-protocol.ts";
import { readJson } from "./read-json.ts";
import { writeWhole } from "./write-whole.ts";

export const METADATA_FILE = "metadata.json";

/** `state/<slug>/metadata.json`: what outlives the process that launched a bottle. Never a secret value. */
export interface BottleMetadata {
  readonly schemaVersion: 1;
  readonly slug: Slug;
  readonly backend: string;
  readonly agent: string;
  readonly provider: string;
  /** random id of the launch; also a label of everything made for it, and part of the audit genesis */
  readonly nonce: string;
  /** ISO 8601, UTC */
  readonly created: string;
  /** known once the sidecar is configured */
  readonly caCertificate?: string;
  readonly endpoints?: SidecarEndpoints;
  /** commit in the guest that stands for the workspace as it was copied in; absent without a copy */
  readonly workspaceBase?: string;
}

const TEXTS = ["backend", "agent", "provider", "nonce", "created"] as const;

function isMetadata(value: unknown, slug: Slug): value is BottleMetadata {
  if (typeof value !== "object" || value === null) return false;
  const found = value as Partial<Record<keyof BottleMetadata, unknown>>;
  return found.schemaVersion === 1 && found.slug === slug && TEXTS.every((key) => typeof found[key] === "string");
}

export async function updateMetadata(home: HomePaths, metadata: BottleMetadata): Promise<void> {
  await writeWhole(join(home.state(metadata.slug), METADATA_FILE), JSON.stringify(metadata));
}

/**
 * @returns undefined when there is none of this version and slug
 * @throws BotBottleError `BB_HOME_UNUSABLE`
 */
export async function readMetadata(home: HomePaths, slug: Slug): Promise<BottleMetadata | undefined> {
  const found = await readJson(join(home.state(slug), METADATA_FILE));
  return isMetadata(found, slug) ? found : undefined;
}
