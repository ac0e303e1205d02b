import { type BottleBackend } from "../backend/backend.ts";
import { type AgentProvider } from "../provider/agent-provider.ts";
import type * as core from "../index.ts";

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

/** What a plugin's `create` gets: the runtime classes of the core that loads it. */
export interface PluginHost {
  readonly core: typeof core;
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
