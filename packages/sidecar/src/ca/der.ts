/** DER encoding, as much of it as an X.509 certificate with a P-256 key needs. */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x18,
  seq: 0x30,
  set: 0x31,
};

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([tag, 0x80 | bytes.length, ...bytes]);
}

function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([header(tag, content.length), content]);
}

export const sequence = (...items: readonly Buffer[]): Buffer => element(TAG.seq, ...items);
export const setOf = (item: Buffer): Buffer => element(TAG.set, item);
export const octetString = (content: Buffer): Buffer => element(TAG.octets, content);
export const utf8String = (text: string): Buffer => element(TAG.utf8, Buffer.from(text, "utf8"));
export const booleanTrue = (): Buffer => element(TAG.boolean, Buffer.from([0xff]));
/** `[number]`, constructed around whole elements. */
export const explicit = (number: number, content: Buffer): Buffer => element(0xa0 | number, content);
/** `[number]` in place of a primitive's own tag. */
export const implicit = (number: number, content: Buffer): Buffer => element(0x80 | number, content);
export const bitString = (content: Buffer, unusedBits = 0): Buffer =>
  element(TAG.bits, Buffer.from([unusedBits]), content);

/** Non-negative integer, given as its big-endian bytes. */
export function unsignedInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const significant = bytes.subarray(start);
  return element(TAG.integer, (significant[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), significant);
}

/** Object identifier in its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let value = arc >>> 7; value > 0; value >>>= 7) groups.unshift((value & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(TAG.oid, Buffer.from(bytes));
}

/** A time of a certificate: UTCTime until 2049, as RFC 5280 wants it, GeneralizedTime from then on. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, "");
  return at.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), "ascii"))
    : element(TAG.time, Buffer.from(digits, "ascii"));
}

/** The elements inside a constructed element, each with its header. Only for DER that OpenSSL has accepted before. */
export function childrenOf(constructed: Buffer): Buffer[] {
  const read = (at: number): { start: number; end: number } => {
    const first = constructed[at + 1] ?? 0;
    if (first < 0x80) return { start: at + 2, end: at + 2 + first };
    const size = first & 0x7f;
    const start = at + 2 + size;
    return { start, end: start + constructed.readUIntBE(at + 2, size) };
  };
  const { start, end } = read(0);
  const children: Buffer[] = [];
  for (let at = start; at < end;) {
    const child = read(at);
    children.push(constructed.subarray(at, child.end));
    at = child.end;
  }
  return children;
}
