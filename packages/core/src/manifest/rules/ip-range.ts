import { hasPrefix, type IpRange, parseIpRange } from "../../policy/ip-bytes.ts";

/** An address or CIDR whose host bits are zero; undefined for anything else. */
export function parseWholeRange(text: string): IpRange | undefined {
  const range = parseIpRange(text);
  const hasHostBits = range?.base.some((byte, index) => {
    const bits = Math.min(8, Math.max(0, range.bits - index * 8));
    return (byte & (0xff >> bits)) !== 0;
  });
  return hasHostBits === false ? range : undefined;
}

const PRIVATE_IPV4 = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseIpRange);

/** True when all of a range is private IPv4 (RFC 1918). */
export function isPrivateIpv4({ base, bits }: IpRange): boolean {
  return PRIVATE_IPV4.some((outer) => outer !== undefined && bits >= outer.bits && hasPrefix(base, outer));
}
