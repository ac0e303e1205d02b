import * as tls from "node:tls";

// Node 22.15 and later; the types are those of the oldest Node that the package runs on.
const { getCACertificates } = tls as typeof tls & { readonly getCACertificates?: (type: "system") => string[] };

/** Which certificates of upstreams are believed: Node's roots, the system's, and those given. */
export function upstreamTrust(extra: readonly string[]): tls.SecureContext {
  const roots = new Set([...tls.rootCertificates, ...(getCACertificates?.("system") ?? []), ...extra]);
  return tls.createSecureContext({ ca: [...roots], minVersion: "TLSv1.2" });
}
