import type { ResourceRole, Slug } from "@bot-bottle/core";

const SUFFIX = {
  agent: "",
  sidecar: "-sidecar",
  "internal-network": "-internal",
  "egress-network": "-egress",
  "build-network": "-build",
  volume: "-volume",
} as const satisfies Record<ResourceRole, string>;

/** Name of one thing of a bottle on the engine. Labels can be copied (a committed image carries them on); a name cannot. */
export function resourceName(slug: Slug, role: ResourceRole): string {
  return `bot-bottle-${slug}${SUFFIX[role]}`;
}

export function isResourceRole(text: string | undefined): text is ResourceRole {
  return text !== undefined && Object.hasOwn(SUFFIX, text);
}
