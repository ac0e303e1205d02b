import { createHash } from "node:crypto";

/** A version 2 index whose entries are regular files of these names, as no git command would write it. */
export function craftedIndex(names: readonly string[], blob: string): Buffer {
  const entries = [...names].sort().map((name) => {
    const path = Buffer.from(name);
    const entry = Buffer.alloc(Math.ceil((62 + path.length + 1) / 8) * 8);
    entry.writeUInt32BE(0o100644, 24);
    Buffer.from(blob, "hex").copy(entry, 40);
    entry.writeUInt16BE(path.length, 60);
    path.copy(entry, 62);
    return entry;
  });
  const header = Buffer.alloc(12);
  header.write("DIRC");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(entries.length, 8);
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}
