import type { Slug } from "../bottle/slug.ts";

export const LABEL_PREFIX = "dev.bot-bottle";

export type ResourceRole = "agent" | "sidecar" | "internal-network" | "egress-network" | "volume" | "build-network";

export interface ResourceIdentity {
  readonly slug: Slug;
  readonly role: ResourceRole;
  /** version of the CLI that made it */
  readonly version: string;
  /** random id of the installation */
  readonly owner: string;
  /** random id of this launch, also in its state folder */
  readonly nonce: string;
  /** ISO 8601, UTC */
  readonly created: string;
}

/** Labels of everything that a backend makes for a bottle. */
export function labelsOf(identity: ResourceIdentity): Record<string, string> {
  return Object.fromEntries(Object.entries(identity).map(([key, value]) => [`${LABEL_PREFIX}.${key}`, String(value)]));
}

/** Label values of ours, by short name; a missing one is undefined. */
export function readLabels(labels: Readonly<Record<string, string>>): Partial<Record<keyof ResourceIdentity, string>> {
  const prefix = `${LABEL_PREFIX}.`;
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
}
