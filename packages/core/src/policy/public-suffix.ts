import { createRequire } from "node:module";
import type * as tldts from "tldts";
import type { HostPattern } from "./host-pattern.ts";

const requireHere = createRequire(import.meta.url);

/** Second-level labels under which country registries hand out names: `co.uk`, `com.au`, `ac.jp`. */
const REGISTRY_LABELS = new Set([
  "ac",
  "co",
  "com",
  "edu",
  "gob",
  "gov",
  "gouv",
  "ltd",
  "me",
  "mil",
  "ne",
  "net",
  "nom",
  "or",
  "org",
  "plc",
  "sch",
]);

/**
 * The list costs as much to load as the rest of a dry run. A wildcard is always looked up; an exact host reaches nothing
 * but itself, so only one that looks like a registry's suffix is, to tell a slip of the pen.
 */
function needsList(pattern: Exclude<HostPattern, { kind: "invalid" }>): boolean {
  if (pattern.kind === "wildcard") return true;
  const labels = pattern.base.split(".");
  return labels.length === 1 || (labels.length === 2 && REGISTRY_LABELS.has(labels[0] ?? ""));
}

/**
 * Why a pattern is too wide by the Public Suffix List; undefined when it is not.
 * A wildcard may not stand before a public suffix, private section included (`*.github.io` is every stranger's page),
 * nor before a name of one label. An exact host may be an entry of the private section (`s3.amazonaws.com` is a real
 * service with one owner), but not a registry's suffix such as `co.uk`.
 */
export function publicSuffixProblem(pattern: HostPattern): string | undefined {
  if (pattern.kind === "invalid" || !needsList(pattern)) return undefined;
  const { parse } = requireHere("tldts") as typeof tldts;
  const { publicSuffix, isIcann } = parse(pattern.base, { allowPrivateDomains: true });
  if (publicSuffix !== pattern.base) return undefined;
  if (pattern.kind === "wildcard") return `everybody can have a name under "${pattern.base}" (public suffix list)`;
  return isIcann === true ? `"${pattern.base}" is a public suffix, not a host` : undefined;
}
