import type { BottleBackend } from "../backend/backend.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { ERROR_CODES } from "../errors/codes.ts";
import { nearest } from "../errors/nearest.ts";
import { toError } from "../errors/to-error.ts";
import type { AgentProvider, ProviderRegistry } from "../provider/agent-provider.ts";
import { escapeForDisplay, redactForDisplay } from "../secret/redact.ts";
import { checkInstance, checkPlugin } from "./check-plugin.ts";
import { type Plugin, PLUGIN_API, type PluginHost, type PluginManifest } from "./plugin.ts";

/** A plugin that can be loaded: what its package.json says, and how to get its code when it is first needed. */
export interface PluginSource {
  /** `"bot-bottle"` of its package.json, unchecked */
  readonly readManifest: () => Promise<unknown>;
  readonly importEntry: () => Promise<{ readonly default?: unknown }>;
  readonly packageDir: string;
}

type SharedHost = Omit<PluginHost, "packageDir">;

/** An error that the rest of the program knows how to show. */
function isKnown(error: unknown): boolean {
  return BotBottleError.is(error) && Object.hasOwn(ERROR_CODES, error.code);
}

/** One plugin on its way in; each step is only taken when the one before it found nothing wrong. */
class PluginLoader {
  readonly #name: string;
  readonly #kind: PluginManifest["kind"];
  readonly #source: PluginSource;

  constructor(name: string, kind: PluginManifest["kind"], source: PluginSource) {
    this.#name = name;
    this.#kind = kind;
    this.#source = source;
  }

  /** @throws BotBottleError `BB_PLUGIN_INVALID`; a coded error of the plugin itself */
  async load(host: SharedHost): Promise<AgentProvider | BottleBackend> {
    const manifest = this.#parse(await this.#ownStep("its package.json cannot be read", this.#source.readManifest));
    const { default: exported } = await this.#ownStep("its code fails", this.#source.importEntry);
    this.#refuse(checkPlugin(exported, manifest));
    return await this.#ownStep("its code fails", () => {
      const instance = (exported as Plugin).create({ ...host, packageDir: this.#source.packageDir });
      this.#refuse(checkInstance(instance, manifest));
      return instance;
    });
  }

  #parse(value: unknown): PluginManifest {
    const found = (typeof value === "object" && value !== null ? value : {}) as Partial<PluginManifest>;
    const { api, kind, name, entry } = found;
    if (typeof api === "number" && api !== PLUGIN_API) {
      this.#refuse(`it speaks plugin contract ${api}, this version speaks ${PLUGIN_API}`);
    }
    const isKind = kind === "provider" || kind === "backend";
    if (api !== PLUGIN_API || !isKind || name !== this.#name || typeof entry !== "string") {
      throw this.#invalid('its package.json has no valid "bot-bottle" field');
    }
    if (kind !== this.#kind) this.#refuse(`it is a ${kind}, not a ${this.#kind}`);
    return { api, kind, name, entry };
  }

  /** Runs what belongs to the plugin: whatever it throws is the plugin's fault. */
  async #ownStep<T>(what: string, step: () => T | Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (isKnown(error)) throw error;
      throw this.#invalid(`${what} (${redactForDisplay(toError(error).message)})`, error);
    }
  }

  #refuse(problem: string | undefined): void {
    if (problem !== undefined) throw this.#invalid(problem);
  }

  #invalid(why: string, cause?: unknown): BotBottleError {
    const { packageDir } = this.#source;
    return new BotBottleError("BB_PLUGIN_INVALID", `The plugin "${this.#name}" cannot be used: ${why}.`, {
      hint: `It is in ${escapeForDisplay(packageDir)}. Install it in a version that fits this bot-bottle.`,
      cause,
    });
  }
}

/** Plugins of one kind by name, each loaded when first asked for and then kept. One that fails touches no other. */
class PluginRegistry<T extends AgentProvider | BottleBackend> {
  readonly #kind: PluginManifest["kind"];
  readonly #sources: ReadonlyMap<string, PluginSource>;
  readonly #host: SharedHost;
  readonly #loaded = new Map<string, Promise<T>>();

  constructor(kind: PluginManifest["kind"], sources: ReadonlyMap<string, PluginSource>, host: SharedHost) {
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
      instance = new PluginLoader(name, this.#kind, source).load(this.#host) as Promise<T>;
      this.#loaded.set(name, instance);
    }
    return await instance;
  }

  #unknown(name: string): BotBottleError {
    const close = nearest(name, this.names);
    const known = this.names.length === 0 ? "None is installed." : `Known: ${this.names.join(", ")}.`;
    const code = this.#kind === "provider" ? "BB_PROVIDER_UNKNOWN" : "BB_BACKEND_UNKNOWN";
    return new BotBottleError(code, `There is no ${this.#kind} "${name}".`, {
      hint: close === undefined ? known : `Did you mean "${close}"? ${known}`,
    });
  }
}

export type BackendRegistry = Pick<PluginRegistry<BottleBackend>, "names" | "get">;

export function providerRegistry(sources: ReadonlyMap<string, PluginSource>, host: SharedHost): ProviderRegistry {
  return new PluginRegistry<AgentProvider>("provider", sources, host);
}

export function backendRegistry(sources: ReadonlyMap<string, PluginSource>, host: SharedHost): BackendRegistry {
  return new PluginRegistry<BottleBackend>("backend", sources, host);
}
