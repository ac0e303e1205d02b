/** Largest record in bytes of UTF-8, line end not counted. */
export const MAX_AUDIT_RECORD_BYTES = 8 * 1024;

const sizeOf = (text: string): number => Buffer.byteLength(text, "utf8");

/** Shortens a string to at most `length` UTF-16 units and says how many went. */
function cutString(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, end)}…[cut ${text.length - end}]`;
}

/** A copy in which no string is longer than `strings` and no list longer than `items`. */
function cutValue(value: unknown, strings: number, items: number): unknown {
  if (typeof value === "string") return cutString(value, strings);
  if (Array.isArray(value)) {
    const kept: unknown[] = value.slice(0, items).map((item) => cutValue(item, strings, items));
    return value.length > items ? [...kept, `…[cut ${value.length - items}]`] : kept;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutValue(item, strings, items)]));
  }
  return value;
}

/**
 * The line of a record: one JSON document without a line end, at most `MAX_AUDIT_RECORD_BYTES`. A longer one has its
 * strings and lists shortened, each with a visible `…[cut N]`, and carries `cut: true`.
 */
export function encodeAuditRecord(record: Readonly<Record<string, unknown>>): string {
  const line = JSON.stringify(record);
  if (sizeOf(line) <= MAX_AUDIT_RECORD_BYTES) return line;
  const { seq, at, prev, ...entry } = record;
  for (let strings = 4096, items = 256; ; strings = Math.ceil(strings / 2), items = Math.ceil(items / 2)) {
    const shorter = { ...(cutValue(entry, strings, items) as object), seq, at, prev, cut: true };
    const shortLine = JSON.stringify(shorter);
    if (sizeOf(shortLine) <= MAX_AUDIT_RECORD_BYTES || (strings === 1 && items === 1)) return shortLine;
  }
}
