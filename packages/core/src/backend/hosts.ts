import type { PolicyOrigin } from "../policy/route.ts";
import type { HomePaths } from "../paths/home.ts";
import type { ProviderRegistry } from "../provider/agent-provider.ts";
import type { Secret } from "../secret/secret.ts";
import type { SecretRef } from "../secret/secret-ref.ts";
import type { AuthorityMaterial } from "../sidecar/control-protocol.ts";
import type { SidecarImage } from "../sidecar/image.ts";

/** What `prepare` may read. It changes nothing. */
export interface PrepareHost {
  readonly home: HomePaths;
  /** the user's own home, for `~/` and the program's skills */
  readonly userHome: string;
  readonly env: NodeJS.ProcessEnv;
  readonly providers: ProviderRegistry;
  readonly warn: (message: string, from?: PolicyOrigin) => void;
}

/** What `cleanup` and `listActive` need besides the engine. */
export interface StateHost {
  readonly home: HomePaths;
  /** random id of this installation */
  readonly owner: string;
}

/** What `doctor` lets a backend look at: the settings that a launch would use. */
export type CheckHost = Pick<LaunchHost, "networkPool" | "baseImage">;

/** What `launch` gets from the command line after consent. */
export interface LaunchHost extends StateHost {
  readonly providers: ProviderRegistry;
  readonly sidecarImage: SidecarImage;
  /** version of the CLI, for labels and build arguments */
  readonly version: string;
  /** pool for bottle networks as CIDR, e.g. `10.203.0.0/16` */
  readonly networkPool: string;
  /** base image of every Dockerfile, when config.yml replaces it */
  readonly baseImage?: string | undefined;
  /** mints the certificate authority of this launch */
  readonly mintAuthority: (slug: string) => Promise<AuthorityMaterial>;
  /** value of a reference, asked from the human where it must be; each at most once */
  readonly resolveSecret: (ref: SecretRef) => Promise<Secret>;
  /** tells when the value of a `host-login` reference changes; absent: it stays as it is. @returns ends it */
  readonly watchSecret?: (ref: SecretRef, onValue: (value: Secret) => void) => () => void;
}
