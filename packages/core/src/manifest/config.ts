import type { UnavailableAsk } from "../bottle/spec.ts";
import type { Place } from "./place.ts";
import type { ProvenanceRow } from "./provenance.ts";

/** The bottle that a human confirmed for the agents of a repository. */
export interface RepositoryBottle {
  /** absolute, as written; links in it not followed */
  readonly path: string;
  readonly bottle: string;
  readonly place: Place;
}

/** `config.yml` with its defaults. */
export interface Config {
  readonly defaultBackend?: string | undefined;
  /** private IPv4 range as CIDR */
  readonly networkPool: string;
  readonly repositories: readonly RepositoryBottle[];
  readonly plugins: Readonly<Record<string, { readonly override: boolean }>>;
  readonly baseImage?: string | undefined;
  readonly notify?: { readonly command: readonly string[] } | undefined;
  /** what is written and this version cannot do */
  readonly unavailable: readonly UnavailableAsk[];
  readonly provenance: readonly ProvenanceRow[];
}

export const DEFAULT_NETWORK_POOL = "10.203.0.0/16";

export const DEFAULT_CONFIG: Config = {
  networkPool: DEFAULT_NETWORK_POOL,
  repositories: [],
  plugins: {},
  unavailable: [],
  provenance: [],
};
