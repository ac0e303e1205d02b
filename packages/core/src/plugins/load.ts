import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { toError } from "../errors/to-error.ts";
import { nearest } from "../errors/nearest.ts";
import type { BottleBackend } from "../backend/backend.ts";
import type { AgentProvider, ProviderRegistry } from "../provider/agent-provider.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { checkPlugin, missingMethod } from "./check-plugin.ts";
import { type Plugin, PLUGIN_API, type PluginHost, type PluginManifest } from "./plugin.ts";

/** A plugin that can be loaded: what its package.json says, and how to get its code when it is first needed. */
export interface PluginSource {
  /** `"bot-bottle"` of its package.json, unchecked */
  readonly readManifest: () => Promise<unknown>;
  readonly importEntry: () => Promise<{ readonly default?: unknown }>;
  readonly packageDir: string;
}

function invalid(name: string, why: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_PLUGIN_INVALID", `The plugin "${name}" cannot be used: ${why}`, {
    hint: "Reinstall it in a version that fits this bot-bottle.",
    cause,
  });
}

function parseManifest(name: string, value: unknown): PluginManifest {
  const found = (typeof value === "object" && value !== null ? value : {}) as Partial<PluginManifest>;
  if (
    (found.kind !== "provider" && found.kind !== "backend") ||
    found.name !== name ||
    typeof found.entry !== "string"
  ) {
    throw invalid(name, 'its package.json has no valid "bot-bottle" field.');
  }
  if (found.api !== PLUGIN_API) {
    throw invalid(name, `it speaks plugin contract ${String(found.api)}, this version speaks ${PLUGIN_API}.`);
  }
  return { api: PLUGIN_API, kind: found.kind, name, entry: found.entry };
}

/**
 * Loads one plugin: metadata first, then its code, then a check of both shapes.
 * @throws BotBottleError `BB_PLUGIN_INVALID`; other plugins are not touched by it
 */
async function createFromPlugin(
  name: string,
  kind: PluginManifest["kind"],
  source: PluginSource,
  host: Omit<PluginHost, "packageDir">,
): Promise<AgentProvider | BottleBackend> {
  const manifest = parseManifest(name, await source.readManifest());
  if (manifest.kind !== kind) throw invalid(name, `it is a ${manifest.kind}, not a ${kind}.`);
  try {
    const { default: exported } = await source.importEntry();
    const problem = checkPlugin(exported, manifest);
    if (problem !== undefined) throw invalid(name, problem);
    const instance = (exported as Plugin).create({ ...host, packageDir: source.packageDir });
    const missing = missingMethod(instance, kind);
    if (missing !== undefined) throw invalid(name, `it lacks the method ${missing}().`);
    return instance;
  } catch (error) {
    if (BotBottleError.is(error)) throw error;
    throw invalid(name, `its code fails (${redactForDisplay(toError(error).message)}).`, error);
  }
}

/** Plugins of one kind by name, each loaded when first asked for and then kept. */
class PluginRegistry<T extends AgentProvider | BottleBackend> {
  readonly #kind: PluginManifest["kind"];
  readonly #sources: ReadonlyMap<string, PluginSource>;
  readonly #host: Omit<PluginHost, "packageDir">;
  readonly #loaded = new Map<string, Promise<T>>();

  constructor(
    kind: PluginManifest["kind"],
    sources: ReadonlyMap<string, PluginSource>,
    host: Omit<PluginHost, "packageDir">,
  ) {
    this.#kind = kind;
    this.#sources = sources;
    this.#host = host;
  }

  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  async get(name: string): Promise<T> {
    const source = this.#sources.get(name);
    if (source === undefined) throw this.#unknown(name);
    let instance = this.#loaded.get(name);
    if (instance === undefined) {
      instance = createFromPlugin(name, this.#kind, source, this.#host) as Promise<T>;
      this.#loaded.set(name, instance);
    }
    return await instance;
  }

  #unknown(name: string): BotBottleError {
    const close = nearest(name, this.names);
    const hint = `${close === undefined ? "" : `Did you mean "${close}"? `}Known: ${this.names.join(", ")}.`;
    const code = this.#kind === "provider" ? "BB_PROVIDER_UNKNOWN" : "BB_BACKEND_UNKNOWN";
    return new BotBottleError(code, `There is no ${this.#kind} "${name}".`, { hint });
  }
}

export type BackendRegistry = Pick<PluginRegistry<BottleBackend>, "names" | "get">;

export function providerRegistry(
  sources: ReadonlyMap<string, PluginSource>,
  host: Omit<PluginHost, "packageDir">,
): ProviderRegistry {
  return new PluginRegistry<AgentProvider>("provider", sources, host);
}

export function backendRegistry(
  sources: ReadonlyMap<string, PluginSource>,
  host: Omit<PluginHost, "packageDir">,
): BackendRegistry {
  return new PluginRegistry<BottleBackend>("backend", sources, host);
}
