import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as core from "@bot-bottle/core";
import { type BackendRegistry, backendRegistry, type PluginSource, providerRegistry } from "@bot-bottle/core/plugins";

const { resolve } = createRequire(import.meta.url);

function builtIn(packageName: string, importEntry: PluginSource["importEntry"]): PluginSource {
  const packageFile = resolve(`${packageName}/package.json`);
  return {
    packageDir: dirname(packageFile),
    readManifest: async () =>
      (JSON.parse(await readFile(packageFile, "utf8")) as { "bot-bottle"?: unknown })["bot-bottle"],
    importEntry,
  };
}

export const BACKEND_NAMES = ["docker"] as const;

/** Backends that ship with the command, loaded when first asked for. */
export function builtInBackends(env: NodeJS.ProcessEnv): BackendRegistry {
  const docker = builtIn("@bot-bottle/backend-docker", () => import("@bot-bottle/backend-docker"));
  return backendRegistry(new Map([["docker", docker]]), { core, env });
}

/** Providers that ship with the command, loaded when first asked for. */
export function builtInProviders(env: NodeJS.ProcessEnv): core.ProviderRegistry {
  const claude = builtIn("@bot-bottle/provider-claude", () => import("@bot-bottle/provider-claude"));
  const codex = builtIn("@bot-bottle/provider-codex", () => import("@bot-bottle/provider-codex"));
  return providerRegistry(
    new Map([
      ["claude", claude],
      ["codex", codex],
    ]),
    { core, env },
  );
}
