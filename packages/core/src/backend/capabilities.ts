/** What a backend may be able to do. The parity table in the docs is made from these. */
export const BACKEND_CAPABILITIES = {
  localOnly: "needs the machine at hand; cannot work on a remote engine",
  snapshot: "keeps a bottle's machine for a later session",
  portForward: "forwards a port of the host into the bottle",
  gvisor: "runs the agent under gVisor",
  mountWorkspace: "mounts the workspace instead of copying it",
  upstreamNetwork: "the sidecar can join an existing network of the engine",
  diskLimit: "bounds the agent's disk by the storage driver; else it is watched",
} as const;

export type BackendCapability = keyof typeof BACKEND_CAPABILITIES;
export type BackendCapabilities = Readonly<Record<BackendCapability, boolean>>;
