import type { EgressPolicy } from "../policy/route.ts";
import type { SecretRef } from "../secret/secret-ref.ts";

/** One repository behind the git gate. */
export interface GitGateUpstream {
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly hostKey: string;
  readonly key: {
    readonly provider: "static" | "gitea" | "github";
    readonly path?: string | undefined;
    readonly forgeToken?: SecretRef | undefined;
  };
  /** `path:line:column` of the declaration */
  readonly from: string;
}

export interface GitGatePlan {
  readonly upstreams: readonly GitGateUpstream[];
}

/** Identity for commits, with where each field was written. */
export interface GitIdentity {
  readonly name?: { readonly value: string; readonly from: string } | undefined;
  readonly email?: { readonly value: string; readonly from: string } | undefined;
}

export interface EgressPlan {
  readonly logLevel: 0 | 1 | 2;
  readonly policy: EgressPolicy;
  readonly upstream: {
    readonly proxy?: { readonly url: string; readonly auth?: SecretRef | undefined } | undefined;
    /** extra root certificates, PEM, read at prepare */
    readonly caCertificates: readonly string[];
    /** existing engine network that the sidecar joins in place of its own */
    readonly network?: string | undefined;
  };
}

/** A file to write into the guest as the agent user. */
export interface GuestFile {
  readonly path: string;
  readonly content: string;
  /** permission bits, e.g. `0o600` */
  readonly mode: number;
}

/** A command to run in the guest as the agent user, after the files are there. */
export interface GuestCommand {
  readonly title: string;
  readonly argv: readonly string[];
  /** a failure is a warning that shows the command */
  readonly optional: boolean;
}

/** What a provider wants in the guest: declarative, so that it can be tested and printed without a guest. */
export interface AgentProvisionPlan {
  /** environment of every agent exec; placeholders only, never a secret */
  readonly guestEnv: Readonly<Record<string, string>>;
  /** names of `guestEnv` that the preflight leaves out */
  readonly hiddenEnvNames: readonly string[];
  readonly dirs: readonly string[];
  readonly files: readonly GuestFile[];
  readonly commands: readonly GuestCommand[];
  /** what the provider row of the preflight adds, e.g. where the token comes from */
  readonly notes: readonly string[];
}

export interface SupervisePlan {
  readonly mcpUrl: string;
}

/** Where the agent's image comes from; the first Dockerfile of the cascade that exists. */
export interface ImagePlan {
  readonly origin: "override" | "manifest" | "plugin" | "provider";
  readonly contextDir: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly packages: { readonly apt: readonly string[]; readonly npm: readonly string[] };
}

export interface ResourcePlan {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly pids: number;
  readonly diskBytes: number;
}

export interface WorkspacePlan {
  readonly mode: "none" | "copy";
  /** folder on the host that is copied; undefined for `none` */
  readonly source?: string | undefined;
  /** the agent's folder in the guest, with either mode */
  readonly guestPath: string;
  readonly includeIgnored: boolean;
  readonly fileCount: number;
  /** relative paths that look like secrets, at most 20 */
  readonly suspicious: readonly string[];
}

export interface SkillPlan {
  readonly name: string;
  /** folder on the host */
  readonly path: string;
}
