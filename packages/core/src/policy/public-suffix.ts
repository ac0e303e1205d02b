import { parse } from "tldts";
import { type HostPattern } from "./host-pattern.ts";

/**
 * Why a pattern is too wide by the Public Suffix List; undefined when it is not.
 * A wildcard may not stand before a public suffix, private section included (`*.github.io` is every stranger's page),
 * nor before a name of one label. An exact host may be an entry of the private section (`s3.amazonaws.com` is a real
 * service with one owner), but not a registry's suffix such as `co.uk`.
 */
export function publicSuffixProblem(pattern: HostPattern): string | undefined {
  if (pattern.kind === "invalid") return undefined;
  const { publicSuffix, isIcann } = parse(pattern.base, { allowPrivateDomains: true });
  if (publicSuffix !== pattern.base) return undefined;
  if (pattern.kind === "wildcard") return `everybody can have a name under "${pattern.base}" (public suffix list)`;
  return isIcann === true ? `"${pattern.base}" is a public suffix, not a host` : undefined;
}
