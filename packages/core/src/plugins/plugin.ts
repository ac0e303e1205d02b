import type { BottleBackend } from "../backend/backend.ts";
import type { NameConflict } from "../backend/name-conflict.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { Secret } from "../secret/secret.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";

/** Version of the plugin contract that this core speaks. */
export const PLUGIN_API = 1;

/** What `package.json` says under `"bot-bottle"`; read before any code of the plugin runs. */
export interface PluginManifest {
  readonly api: number;
  readonly kind: "provider" | "backend";
  readonly name: string;
  /** module with the default export, relative to the package */
  readonly entry: string;
}

/** Classes of the core that loads a plugin; a plugin outside its dependencies cannot import them by name. */
export interface CoreRuntime {
  readonly AgentProvider: typeof AgentProvider;
  readonly BottleBackend: typeof BottleBackend;
  readonly BottlePlan: typeof BottlePlan;
  readonly BotBottleError: typeof BotBottleError;
  readonly NameConflict: typeof NameConflict;
  readonly Secret: typeof Secret;
}

/** What a plugin's `create` gets. */
export interface PluginHost {
  readonly core: CoreRuntime;
  readonly env: NodeJS.ProcessEnv;
  /** folder of the plugin's package */
  readonly packageDir: string;
}

export type Plugin =
  | { readonly kind: "provider"; readonly name: string; create(host: PluginHost): AgentProvider }
  | { readonly kind: "backend"; readonly name: string; create(host: PluginHost): BottleBackend };

/** Types a plugin's default export; returns it unchanged. */
export function definePlugin<T extends Plugin>(plugin: T): T {
  return plugin;
}
