import type { PluginManifest } from "./plugin.ts";

const METHODS = {
  provider: [
    "image",
    "provisionPlan",
    "command",
    "provisionCa",
    "provisionPrompt",
    "provisionSkills",
    "provisionAgent",
  ],
  backend: [
    "prepare",
    "launch",
    "provision",
    "openSidecar",
    "open",
    "listActive",
    "prepareCleanup",
    "cleanup",
    "checks",
  ],
} as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** @returns what is wrong with a plugin's default export; undefined when it fits its metadata */
export function checkPlugin(exported: unknown, manifest: Pick<PluginManifest, "kind" | "name">): string | undefined {
  if (!isRecord(exported)) return "its entry has no default export; use definePlugin().";
  if (exported["kind"] !== manifest.kind) return `its code is not a ${manifest.kind}.`;
  if (exported["name"] !== manifest.name) return `its code says another name than its package.json.`;
  if (typeof exported["create"] !== "function") return "its default export has no create().";
  return undefined;
}

/** @returns the first method of the contract that an instance lacks; judged method by method, never by `instanceof` */
export function missingMethod(instance: unknown, kind: PluginManifest["kind"]): string | undefined {
  if (!isRecord(instance)) return "create";
  return METHODS[kind].find((name) => typeof instance[name] !== "function");
}
