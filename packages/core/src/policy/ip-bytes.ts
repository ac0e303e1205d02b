import { isIPv4, isIPv6 } from "node:net";

/** An address as 4 or 16 bytes. */
export type IpBytes = readonly number[];

export interface IpRange {
  readonly base: IpBytes;
  /** network bits */
  readonly bits: number;
}

const ipv4Bytes = (text: string): number[] => text.split(".").map(Number);

function groupBytes(group: string): number[] {
  if (group.includes(".")) return ipv4Bytes(group);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}

function ipv6Bytes(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const bytesOf = (part: string): number[] => (part === "" ? [] : part.split(":").flatMap(groupBytes));
  const [before, after] = [bytesOf(head), bytesOf(tail ?? "")];
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

/** Bytes of an address in its ordinary spelling, without brackets and zone; undefined for anything else. */
export function parseIp(text: string): IpBytes | undefined {
  if (isIPv4(text)) return ipv4Bytes(text);
  return isIPv6(text) && !text.includes("%") ? ipv6Bytes(text) : undefined;
}

/** An address or CIDR; a v4-mapped one becomes the IPv4 range that it means. Undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = "", prefix, rest] = text.split("/");
  const base = parseIp(address);
  if (base === undefined || rest !== undefined) return undefined;
  const width = base.length * 8;
  const bits = prefix === undefined ? width : /^(?:0|[1-9][0-9]{0,2})$/.test(prefix) ? Number(prefix) : Infinity;
  if (bits > width) return undefined;
  if (bits >= 96 && hasPrefix(base, V4_MAPPED)) return { base: base.slice(12), bits: bits - 96 };
  return { base, bits };
}

const V4_MAPPED: IpRange = { base: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0], bits: 96 };

/** True when the first bits of an address of the same family are those of the range. */
export function hasPrefix(address: IpBytes, range: IpRange): boolean {
  if (address.length !== range.base.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, range.bits - index * 8));
    return ((byte ^ (range.base[index] ?? 0)) & (0xff << (8 - bits)) & 0xff) === 0;
  });
}
