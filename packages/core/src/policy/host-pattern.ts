import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** What a host in a URL, a `CONNECT` authority or a manifest means. */
export type NormalizedHost =
  | { readonly kind: "name"; readonly host: string }
  | { readonly kind: "ip"; readonly address: string }
  | { readonly kind: "invalid"; readonly why: string };

/** A host of a manifest route; `base` is the name without `*.`. */
export type HostPattern =
  | { readonly kind: "exact" | "wildcard"; readonly pattern: string; readonly base: string }
  | { readonly kind: "invalid"; readonly why: string };

const MAX_INPUT_LENGTH = 1024;
const MAX_HOST_LENGTH = 253;
/** A URL parser would end the host here, drop the character or decode it. */
const NEVER_IN_HOST = /[^\x21-\u{10ffff}]|[/\\@?#%\x7f]/u;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const invalid = (why: string): { readonly kind: "invalid"; readonly why: string } => ({ kind: "invalid", why });

function normalizeIpv6(text: string): NormalizedHost {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const [address = ""] = bare.split("%");
  if (!isIPv6(address)) return invalid("it is neither a name nor an IPv6 address; a port does not belong to a host");
  return { kind: "ip", address: domainToASCII(`[${address}]`).slice(1, -1) };
}

function nameProblem(host: string): string | undefined {
  if (host.length > MAX_HOST_LENGTH) return `it is longer than ${MAX_HOST_LENGTH} characters`;
  const label = host.split(".").find((part) => !LABEL.test(part));
  if (label === undefined) return undefined;
  if (label === "") return "it has an empty label";
  return label.length > 63 ? "it has a label longer than 63 characters" : "it has a label that no host name may have";
}

/**
 * Brings a host to the one spelling that policy compares: IDNA, lower case, no trailing dot. Every spelling of an
 * address that a URL parser or a resolver understands (octal, hex, short, decimal, bracketed, full-width digits) is an
 * `ip`, never a `name`. Never throws.
 */
export function normalizeHost(text: string): NormalizedHost {
  if (text === "") return invalid("it is empty");
  if (text.length > MAX_INPUT_LENGTH) return invalid(`it is longer than ${MAX_INPUT_LENGTH} characters`);
  const folded = text.normalize("NFKC");
  if (/[:[\]]/.test(folded)) return normalizeIpv6(folded);
  if (NEVER_IN_HOST.test(text)) return invalid("it has a character that no host name may have");
  const ascii = domainToASCII(text);
  if (isIPv4(ascii)) return { kind: "ip", address: ascii };
  if (ascii === "")
    return invalid("it is not a valid international name, or it ends in a number without being an address");
  const host = ascii.endsWith(".") ? ascii.slice(0, -1) : ascii;
  const why = nameProblem(host);
  return why === undefined ? { kind: "name", host } : invalid(why);
}

/** Reads a route's host: an exact name, or `*.` before a name of at least two labels. Public suffixes pass here. */
export function parseHostPattern(text: string): HostPattern {
  const isWildcard = text.startsWith("*.");
  if (!isWildcard && text.includes("*"))
    return invalid("`*` may only stand first and before a dot, as in `*.example.com`");
  const base = normalizeHost(isWildcard ? text.slice(2) : text);
  if (base.kind === "invalid") return base;
  if (base.kind === "ip") return invalid("it is an IP address; a route names a host");
  if (!isWildcard) return { kind: "exact", pattern: base.host, base: base.host };
  if (!base.host.includes(".")) return invalid("it would match every host of a top-level domain");
  return { kind: "wildcard", pattern: `*.${base.host}`, base: base.host };
}

/**
 * True when a normalised pattern covers a normalised host. `*.example.com` covers one or more labels before
 * `.example.com`, since whoever owns a name owns everything below it; it does not cover `example.com` itself.
 */
export function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host;
  return host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}
