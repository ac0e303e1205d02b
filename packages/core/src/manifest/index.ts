export { type Config, DEFAULT_CONFIG, DEFAULT_NETWORK_POOL, type RepositoryBottle } from "./config.ts";
export type { ManifestName, ManifestOrigin } from "./discover.ts";
export { loadConfig } from "./load-config.ts";
export { listNames, loadManifest, type Manifest, type ManifestSource } from "./manifest.ts";
export { formatIssue, ManifestError, type ManifestIssue } from "./manifest-error.ts";
export { formatPlace, type Place } from "./place.ts";
export type { ProvenanceRow } from "./provenance.ts";
export type { ResolvedManifest, SpecRequest } from "./resolve.ts";
