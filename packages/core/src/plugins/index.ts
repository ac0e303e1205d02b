export { type BackendRegistry, backendRegistry, type PluginSource, providerRegistry } from "./load.ts";
export {
  type CoreRuntime,
  definePlugin,
  type Plugin,
  PLUGIN_API,
  type PluginHost,
  type PluginManifest,
} from "./plugin.ts";
