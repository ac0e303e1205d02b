/** A header name as servers may see it: CGI and its descendants do not tell `_` from `-`. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.includes("_") ? lower.replaceAll("_", "-") : lower;
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "upgrade",
  "http2-settings",
]);

/** Headers that frame or route the message itself; a `Connection` header that names one is not obeyed. */
const NOT_CONNECTION_OPTIONS: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "content-encoding",
]);

/** True for a header that concerns one connection only, HTTP/2 pseudo headers included. Takes a canonical name. */
export function isHopByHop(name: string): boolean {
  return name.startsWith(":") || name.startsWith("proxy-") || HOP_BY_HOP.has(name);
}

/** Canonical names that the `Connection` headers of a message declare to be of this connection only. */
export function connectionOptions(headers: readonly (readonly [name: string, value: string])[]): ReadonlySet<string> {
  const options = new Set<string>();
  for (const [name, value] of headers) {
    if (name.length !== "connection".length || canonicalName(name) !== "connection") continue;
    for (const option of value.split(",")) options.add(canonicalName(option.trim()));
  }
  for (const name of NOT_CONNECTION_OPTIONS) options.delete(name);
  return options;
}
