import type { BottleBackend } from "../backend/backend.ts";
import { BACKEND_CAPABILITIES } from "../backend/capabilities.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";
import type { PluginManifest } from "./plugin.ts";

const PROVIDER_METHODS = [
  "image",
  "provisionPlan",
  "readHostLogin",
  "command",
  "mcpCommand",
  "promptPath",
  "provisionCa",
  "provisionPrompt",
  "provisionSkills",
  "provisionAgent",
  "provisionSupervise",
  "provisionGit",
] as const satisfies readonly (keyof AgentProvider)[];

const BACKEND_METHODS = [
  "prepare",
  "launch",
  "provision",
  "openSidecar",
  "open",
  "listActive",
  "prepareCleanup",
  "cleanup",
  "checks",
  "isAvailable",
] as const satisfies readonly (keyof BottleBackend)[];

type Shape = Readonly<Record<string, unknown>>;

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

/** @returns what is wrong with a plugin's default export; undefined when it fits its metadata */
export function checkPlugin(exported: unknown, manifest: Pick<PluginManifest, "kind" | "name">): string | undefined {
  if (!isShape(exported)) return "its entry has no default export; use definePlugin()";
  if (exported["kind"] !== manifest.kind) return `its code is not a ${manifest.kind}`;
  if (exported["name"] !== manifest.name) return "its code says another name than its package.json";
  if (typeof exported["create"] !== "function") return "its default export has no create()";
  return undefined;
}

function missingMethod(instance: Shape, methods: readonly string[]): string | undefined {
  const missing = methods.find((name) => typeof instance[name] !== "function");
  return missing === undefined ? undefined : `it lacks the method ${missing}()`;
}

function providerProblem(instance: Shape): string | undefined {
  const { guestUser, guestHome, guestSkillsDir, hostSkillsDir } = instance;
  const isAbsolute = (path: unknown): boolean => typeof path === "string" && /^\/[^/]/.test(path);
  if (typeof guestUser !== "string" || ["", "root", "0"].includes(guestUser))
    return "its guestUser is no user but root";
  if (!isAbsolute(guestHome)) return "its guestHome is not an absolute path";
  if (!isAbsolute(guestSkillsDir)) return "its guestSkillsDir is not an absolute path";
  if (typeof hostSkillsDir !== "string") return "its hostSkillsDir is not a path";
  return undefined;
}

function backendProblem({ capabilities }: Shape): string | undefined {
  const declared = isShape(capabilities) ? capabilities : {};
  const missing = Object.keys(BACKEND_CAPABILITIES).find((name) => typeof declared[name] !== "boolean");
  return missing === undefined ? undefined : `it does not say whether it has the capability ${missing}`;
}

/**
 * Judges what a plugin made, member by member and never by `instanceof`: it may come of another copy of core.
 * @returns what is wrong with it; undefined when it keeps the contract
 */
export function checkInstance(
  instance: unknown,
  { kind, name }: Pick<PluginManifest, "kind" | "name">,
): string | undefined {
  if (!isShape(instance)) return `its create() made no ${kind}`;
  if (typeof instance["then"] === "function") return "its create() returns a promise";
  const isProvider = kind === "provider";
  const missing = missingMethod(instance, isProvider ? PROVIDER_METHODS : BACKEND_METHODS);
  if (missing !== undefined) return missing;
  if (instance["name"] !== name) return "its instance says another name than its package.json";
  return isProvider ? providerProblem(instance) : backendProblem(instance);
}
