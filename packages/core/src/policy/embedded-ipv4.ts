import { hasPrefix, type IpBytes, type IpRange } from "./ip-bytes.ts";

export interface EmbeddedIpv4 {
  /** the IPv6 form is only a way to write or translate the IPv4 address, and means nothing itself */
  readonly isCarrierOnly: boolean;
  readonly inner: readonly IpBytes[];
}

const prefix = (bits: number, ...head: number[]): IpRange => ({
  base: [...head, ...new Array<number>(16 - head.length).fill(0)],
  bits,
});

/** `::a.b.c.d`, `::ffff:a.b.c.d`, `::ffff:0:a.b.c.d`, `64:ff9b::a.b.c.d`: IPv4 in the last four bytes. */
const LAST_FOUR: readonly IpRange[] = [
  prefix(96),
  prefix(96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff),
  prefix(96, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff),
  prefix(96, 0, 0x64, 0xff, 0x9b),
];
const LOCAL_NAT64 = prefix(48, 0, 0x64, 0xff, 0x9b, 0, 1);
const SIX_TO_FOUR = prefix(16, 0x20, 0x02);
const TEREDO = prefix(32, 0x20, 0x01);

const pick = (bytes: IpBytes, ...at: number[]): IpBytes => at.map((index) => bytes[index] ?? 0);

/**
 * A local NAT64 prefix may be of 48, 56, 64 or 96 bits, and which one is not known here. The shorter ones end in zeros
 * (RFC 6052), so an address that does not is of the longest; otherwise every reading counts, padding included.
 */
function localNat64(bytes: IpBytes): readonly IpBytes[] {
  const last = pick(bytes, 12, 13, 14, 15);
  if (last.slice(1).some((byte) => byte !== 0)) return [last];
  return [pick(bytes, 6, 7, 9, 10), pick(bytes, 7, 9, 10, 11), pick(bytes, 9, 10, 11, 12), last];
}

/** ISATAP writes `0:5efe` or `200:5efe` and the IPv4 address after any network prefix. */
const isIsatap = (bytes: IpBytes): boolean =>
  ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;

const isUnspecifiedOrLoopback = (bytes: IpBytes): boolean =>
  bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;

/** The IPv4 addresses that an IPv6 address carries: mapped, compatible, NAT64, 6to4, Teredo (both ends), ISATAP. */
export function embeddedIpv4(bytes: IpBytes): EmbeddedIpv4 {
  if (bytes.length === 4 || isUnspecifiedOrLoopback(bytes)) return { isCarrierOnly: false, inner: [] };
  if (hasPrefix(bytes, LOCAL_NAT64)) return { isCarrierOnly: true, inner: localNat64(bytes) };
  if (LAST_FOUR.some((form) => hasPrefix(bytes, form))) {
    return { isCarrierOnly: true, inner: [pick(bytes, 12, 13, 14, 15)] };
  }
  const inner: IpBytes[] = [];
  if (hasPrefix(bytes, SIX_TO_FOUR)) inner.push(pick(bytes, 2, 3, 4, 5));
  if (hasPrefix(bytes, TEREDO)) {
    inner.push(
      pick(bytes, 4, 5, 6, 7),
      pick(bytes, 12, 13, 14, 15).map((byte) => byte ^ 0xff),
    );
  }
  if (isIsatap(bytes)) inner.push(pick(bytes, 12, 13, 14, 15));
  return { isCarrierOnly: false, inner };
}
