/** One thing on the engine that cleanup would remove. */
export interface CleanupResource {
  readonly kind: "container" | "network" | "volume" | "machine" | "image" | "state";
  readonly id: string;
  readonly name: string;
}

/** Everything left of one bottle whose owner is gone. */
export interface CleanupEntry {
  readonly slug: string;
  readonly resources: readonly CleanupResource[];
}

/** What `cleanup` will remove, and what it leaves because it is somebody else's. */
export interface BottleCleanupPlan {
  readonly backendName: string;
  readonly entries: readonly CleanupEntry[];
  /** labelled things that are not this installation's, or whose nonce does not match: listed, never removed */
  readonly foreign: readonly (CleanupResource & { readonly reason: string })[];
}
