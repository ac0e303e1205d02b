import { validateAgent } from "./generated/validators.mjs";
import type { ManifestKind } from "./read-manifest.ts";

/** Keys of Claude Code subagents; accepted so that one file serves both, and ignored. */
const IGNORED = new Set<unknown>(["name", "description", "model", "color", "memory", "tools"]);

/** How an agent file is checked. */
export const AGENT_KIND: ManifestKind = {
  validate: validateAgent,
  check: () => undefined,
  isFree: ([key]) => IGNORED.has(key),
};
