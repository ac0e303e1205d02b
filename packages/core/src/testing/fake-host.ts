import type { LaunchHost, PrepareHost } from "../backend/hosts.ts";
import { homePaths } from "../paths/home.ts";
import type { AgentProvider, ProviderRegistry } from "../provider/agent-provider.ts";
import { Secret } from "../secret/secret.ts";
import { FakeProvider } from "./fake-provider.ts";

/** A registry of just these providers. */
export function fakeProviders(...providers: readonly AgentProvider[]): ProviderRegistry {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return {
    names: [...byName.keys()],
    get: async (name) => {
      const provider = byName.get(name);
      if (provider === undefined) throw new TypeError(`no fake provider "${name}"`);
      return provider;
    },
  };
}

/** A host below `root`, with the sample spec's secret in its environment. */
export function fakeHost(root: string, overrides: Partial<LaunchHost & PrepareHost> = {}): LaunchHost & PrepareHost {
  return {
    home: homePaths(`${root}/.bot-bottle`),
    userHome: root,
    env: { REGISTRY_TOKEN: "registry-token-value" },
    providers: fakeProviders(new FakeProvider()),
    warn: () => undefined,
    owner: "0".repeat(32),
    sidecarImage: { contextDir: "/nonexistent" },
    version: "0.0.0",
    networkPool: "10.203.0.0/16",
    mintAuthority: async () => ({ certificate: "certificate", privateKey: "key" }),
    resolveSecret: async () => new Secret("registry-token-value"),
    ...overrides,
  };
}
