import { fileURLToPath } from "node:url";
import { AgentProvider, type BottleSpec, type ProviderImage, type ProviderProvision } from "@bot-bottle/core";

export const PROBE_HOST = "declared.bot-bottle.example";

/** A provider without a program: the bottle from which the doctor attacks the wall. */
export class ProbeProvider extends AgentProvider {
  override readonly name = "probe";
  override readonly guestUser = "node";
  override readonly guestHome = "/home/node";
  override readonly guestSkillsDir = "/home/node/.skills";
  override readonly hostSkillsDir = ".skills";

  override image(): ProviderImage {
    const contextDir = fileURLToPath(new URL("image/probe", packageUrl()));
    return { contextDir, dockerfile: "Dockerfile", buildArgs: {} };
  }

  override provisionPlan(): ProviderProvision {
    const nothing = { guestEnv: {}, hiddenEnvNames: [], dirs: [], files: [], commands: [], notes: [] };
    return { ...nothing, egressRoutes: [], egressRules: [] };
  }

  override command(): readonly string[] {
    return ["/bin/sh"];
  }
}

/** Folder of this package: the module lies in `src/doctor/` or, bundled, in `dist/`. */
function packageUrl(): URL {
  return new URL(import.meta.url.includes("/src/doctor/") ? "../../" : "../", import.meta.url);
}

/** A bottle that may reach one host that does not exist. */
export function probeSpec(cwd: string): BottleSpec {
  const from = "bot-bottle doctor";
  return {
    agent: { name: "doctor", file: from, origin: "home", prompt: "" },
    bottles: [],
    env: {},
    provider: { template: "probe", packages: { apt: [], npm: [] }, forwardHostCredentials: false, settings: {}, from },
    skills: [],
    gitIdentity: {},
    gitGate: { upstreams: [] },
    egress: {
      logLevel: 1,
      presets: [],
      upstream: {},
      routes: [
        {
          id: `${PROBE_HOST}:443`,
          host: PROBE_HOST,
          port: 443,
          scheme: "https",
          from,
          agentCredentials: false,
          matches: [],
          git: { fetch: false },
          websocket: true,
          allowPrivate: [],
          override: false,
          written: ["host"],
        },
      ],
    },
    resources: { cpus: 1, memoryBytes: 1024 ** 3, pids: 512 },
    workspace: { mode: "none", includeIgnored: false },
    unavailable: [],
    cwd,
  };
}
