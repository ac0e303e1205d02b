import { normalizeHost } from "@bot-bottle/core";

/** What a client asked to talk to. */
export interface Authority {
  readonly scheme: "https" | "http";
  /** as policy compares it */
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_PORTS = { https: 443, http: 80 } as const;

export type HostProblem = "ip_literal" | "invalid_host";

/** Reads a host: a DNS name in the one spelling that policy compares; anything else is a problem, not a name. */
export function readHost(text: string): { readonly host: string } | { readonly problem: HostProblem } {
  const read = normalizeHost(text);
  if (read.kind === "name") return { host: read.host };
  return { problem: read.kind === "ip" ? "ip_literal" : "invalid_host" };
}

/** Splits `host[:port]`; the port has digits only and is 1 to 65535. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:@/?#\s\\[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match?.[1]) return undefined;
  if (match[2] === undefined) return { host: match[1], port: undefined };
  const port = Number(match[2]);
  return port >= 1 && port <= 65_535 ? { host: match[1], port } : undefined;
}

/** The text of an authority as a Host header has it. */
export function hostHeaderOf({ scheme, host, port }: Authority): string {
  return port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}

/** Whether a Host header says the same as an authority. */
export function isSameAuthority(hostHeader: string, authority: Authority): boolean {
  if (hostHeader === hostHeaderOf(authority)) return true;
  const parts = splitHostPort(hostHeader);
  if (!parts) return false;
  const read = readHost(parts.host);
  const { scheme, host, port } = authority;
  return "host" in read && read.host === host && (parts.port ?? DEFAULT_PORTS[scheme]) === port;
}
