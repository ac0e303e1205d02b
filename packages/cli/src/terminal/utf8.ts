/**
 * Measures the UTF-8 character that begins at `at`, a byte ≥ 0x80 (Unicode standard, table 3-7).
 * @returns 2 to 4 for a well-formed character; 0 when the data ends inside one; else minus the number of ill-formed
 *   bytes, which is the maximal subpart that the standard replaces by one U+FFFD
 */
export function scanUtf8(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte has a narrower range where overlong forms, surrogates or values above U+10FFFF would begin.
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < length; offset++) {
    if (at + offset >= end) return 0;
    const next = bytes[at + offset] ?? 0;
    if (next < low || next > high) return -offset;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}
