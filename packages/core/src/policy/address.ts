import { embeddedIpv4 } from "./embedded-ipv4.ts";
import { hasPrefix, type IpBytes, type IpRange, parseIp, parseIpRange } from "./ip-bytes.ts";

export interface AddressRules {
  /** CIDRs of the route's `allow_private` */
  readonly allowPrivate: readonly string[];
  /** addresses and CIDRs that are never reached: the host's own, both gateways, the internal network */
  readonly forbidden: readonly string[];
}

export type AddressVerdict =
  | { readonly outcome: "allow" }
  | {
      readonly outcome: "refuse";
      readonly code: "blocked_address" | "private_address";
      /** one sentence that names the kind of address and not the address */
      readonly reason: string;
    };

type KindTable = readonly (readonly [range: IpRange, kind: string])[];

function range(text: string): IpRange {
  const parsed = parseIpRange(text);
  if (parsed === undefined) throw new TypeError(`not an address or CIDR: ${JSON.stringify(text)}`);
  return parsed;
}

const table = (rows: Readonly<Record<string, string>>): KindTable =>
  Object.entries(rows).map(([cidr, kind]) => [range(cidr), kind]);

const NEVER = table({
  "0.0.0.0/8": "unspecified",
  "127.0.0.0/8": "loopback",
  "169.254.0.0/16": "link-local",
  "168.63.129.16": "cloud metadata",
  "100.100.100.200": "cloud metadata",
  "192.0.0.0/24": "protocol",
  "100.96.0.0/30": "machine gateway",
  "224.0.0.0/4": "multicast",
  "240.0.0.0/4": "reserved",
  "::": "unspecified",
  "::1": "loopback",
  "fe80::/10": "link-local",
  "ff00::/8": "multicast",
  "fd00:ec2::254": "cloud metadata",
});

const PRIVATE = table({
  "10.0.0.0/8": "private",
  "172.16.0.0/12": "private",
  "192.168.0.0/16": "private",
  "100.64.0.0/10": "shared",
  "198.18.0.0/15": "benchmark",
  "192.0.2.0/24": "documentation",
  "198.51.100.0/24": "documentation",
  "203.0.113.0/24": "documentation",
  "192.88.99.0/24": "relay",
  "fc00::/7": "private",
  "2001:db8::/32": "documentation",
  "3fff::/20": "documentation",
});

const TEREDO = range("2001::/32");
const PROTOCOL_ASSIGNMENTS = range("2001::/23");
const GLOBAL_UNICAST = range("2000::/3");

const kindIn = (kinds: KindTable, address: IpBytes): string | undefined =>
  kinds.find(([candidate]) => hasPrefix(address, candidate))?.[1];

function neverKind(address: IpBytes, forbidden: readonly IpRange[]): string | undefined {
  if (forbidden.some((candidate) => hasPrefix(address, candidate))) return "host or sidecar";
  const kind = kindIn(NEVER, address);
  if (kind !== undefined || address.length === 4 || kindIn(PRIVATE, address) !== undefined) return kind;
  if (hasPrefix(address, PROTOCOL_ASSIGNMENTS) && !hasPrefix(address, TEREDO)) return "protocol";
  return hasPrefix(address, GLOBAL_UNICAST) ? undefined : "reserved";
}

const refuse = (code: "blocked_address" | "private_address", reason: string): AddressVerdict => ({
  outcome: "refuse",
  code,
  reason,
});

/**
 * Decides whether the proxy may connect to an address that a name resolved to. An IPv6 address that carries an IPv4
 * address (mapped, translated, tunnelled) is judged by that one too. A range of `allowPrivate` opens private addresses
 * only; what cannot be read as a range there opens nothing.
 * @throws TypeError when an entry of `forbidden` is neither an address nor a CIDR: ignoring it would open it
 */
export function checkAddress(address: string, rules: AddressRules): AddressVerdict {
  const bytes = parseIp(address);
  if (bytes === undefined) return refuse("blocked_address", "The name resolves to something that is not an address.");
  const { isCarrierOnly, inner } = embeddedIpv4(bytes);
  const judged = isCarrierOnly ? inner : [bytes, ...inner];
  const forbidden = rules.forbidden.map((text) => range(text.replace(/%[^/]*/, "")));
  const carrierForbidden = forbidden.some((candidate) => hasPrefix(bytes, candidate));
  const never = carrierForbidden ? "host or sidecar" : judged.map((view) => neverKind(view, forbidden)).find(Boolean);
  if (never !== undefined) {
    return refuse("blocked_address", `The name resolves to a ${never} address, which is never reached.`);
  }
  const allowed = rules.allowPrivate.map(parseIpRange).filter((candidate) => candidate !== undefined);
  for (const view of judged) {
    const kind = kindIn(PRIVATE, view);
    if (kind !== undefined && !allowed.some((candidate) => hasPrefix(view, candidate))) {
      return refuse("private_address", `The name resolves to a ${kind} address that the route does not list.`);
    }
  }
  return { outcome: "allow" };
}
