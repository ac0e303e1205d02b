import type { EgressRoute } from "../policy/route.ts";
import type { SecretRef } from "../secret/secret-ref.ts";
import type { GitGateUpstream, GitIdentity } from "./plan-parts.ts";

/** One entry of `env`: visible to the agent. */
export type EnvValue =
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "host"; readonly name: string }
  | { readonly kind: "prompt"; readonly text: string };

export interface AgentFile {
  readonly name: string;
  readonly file: string;
  readonly origin: "home" | "repository";
  /** body of the file: the system prompt */
  readonly prompt: string;
}

export interface BottleFile {
  readonly name: string;
  readonly file: string;
}

/** A route as the manifest wrote it, after merge, plus whether it overrides an earlier one of the same host. */
export interface SpecRoute extends EgressRoute {
  readonly override: boolean;
  /** keys that the manifest entry wrote; an override replaces only these */
  readonly written: readonly (keyof EgressRoute)[];
}

/** A manifest key whose runtime is not in this version, and where it was written. */
export interface UnavailableAsk {
  readonly key: string;
  readonly from: string;
}

/** What was asked for: one agent in one effective bottle, merged, with the place of every value. Plain data. */
export interface BottleSpec {
  readonly agent: AgentFile;
  /** in merge order */
  readonly bottles: readonly BottleFile[];
  readonly env: Readonly<Record<string, EnvValue & { readonly from: string }>>;
  readonly provider: {
    readonly template: string;
    readonly dockerfile?: { readonly path: string; readonly from: string } | undefined;
    readonly packages: { readonly apt: readonly string[]; readonly npm: readonly string[] };
    readonly authToken?: { readonly ref: SecretRef; readonly from: string } | undefined;
    readonly forwardHostCredentials: boolean;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly from: string;
  };
  readonly skills: readonly string[];
  readonly gitIdentity: GitIdentity;
  readonly gitGate: { readonly upstreams: readonly GitGateUpstream[] };
  readonly egress: {
    readonly logLevel: 0 | 1 | 2;
    readonly presets: readonly string[];
    readonly upstream: {
      readonly proxy?: { readonly url: string; readonly from: string } | undefined;
      readonly proxyAuth?: SecretRef | undefined;
      readonly caFile?: { readonly path: string; readonly from: string } | undefined;
      readonly network?: { readonly name: string; readonly from: string } | undefined;
    };
    readonly routes: readonly SpecRoute[];
  };
  readonly resources: {
    readonly cpus?: number | undefined;
    readonly memoryBytes?: number | undefined;
    readonly pids?: number | undefined;
    readonly diskBytes?: number | undefined;
  };
  readonly workspace: {
    readonly mode: "none" | "copy";
    readonly path?: string | undefined;
    readonly includeIgnored: boolean;
  };
  /** what the manifest asks for that this version cannot do; refused at prepare */
  readonly unavailable: readonly UnavailableAsk[];
  /** stem of the slug, from `--label` */
  readonly label?: string | undefined;
  /** folder of the caller; copied in when `workspace.mode` is `copy` */
  readonly cwd: string;
}
