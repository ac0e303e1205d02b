/** Where a request goes, after every check. */
export interface UpstreamTarget {
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
  /** checked addresses, the only ones that are connected to; undefined when a corporate proxy resolves the name */
  readonly addresses: readonly string[] | undefined;
  readonly routeId: string;
  readonly generation: number;
}

/** Connections are used again only for what was checked alike: same host, port, addresses, route and policy. */
export function poolKey({ scheme, host, port, addresses, routeId, generation }: UpstreamTarget): string {
  return JSON.stringify([scheme, host, port, addresses ?? null, routeId, generation]);
}
