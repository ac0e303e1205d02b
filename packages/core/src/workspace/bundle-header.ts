import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isRefName } from "./ref-name.ts";

const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_REFS = 1000;

/** Start of a bundle file: what it holds, and what the receiver must have. */
export interface BundleHeader {
  readonly objectFormat: "sha1" | "sha256";
  /** commits that the receiver must have */
  readonly prerequisites: readonly string[];
  /** commits by full ref name */
  readonly refs: ReadonlyMap<string, string>;
  /** bytes before the pack */
  readonly packOffset: number;
}

/** What a bundle does wrong, in a few words; never text from the bundle. */
export class BundleFormatError extends Error {
  static {
    Object.defineProperty(this.prototype, "name", { value: "BundleFormatError", configurable: true, writable: true });
  }

  /** Across realms, unlike `instanceof`. */
  static is(value: unknown): value is BundleFormatError {
    return typeof value === "object" && value !== null && "name" in value && value.name === "BundleFormatError";
  }
}

/** Reads the lines before the pack. Everything that this program's own bundles never hold is refused. */
export function parseBundleHeader(bytes: Uint8Array): BundleHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const nextLine = (): string => {
    const end = buffer.indexOf(10, offset);
    if (end === -1) throw new BundleFormatError("its header does not end");
    const line = buffer.toString("utf8", offset, end);
    offset = end + 1;
    return line;
  };
  const signature = nextLine();
  if (signature !== "# v2 git bundle" && signature !== "# v3 git bundle")
    throw new BundleFormatError("it is no bundle");
  let objectFormat: BundleHeader["objectFormat"] = "sha1";
  const prerequisites: string[] = [];
  const refs = new Map<string, string>();
  for (let line = nextLine(); line !== ""; line = nextLine()) {
    if (line.startsWith("@")) {
      const format = /^@object-format=(sha1|sha256)$/.exec(line)?.[1];
      if (format === undefined || !signature.includes("v3"))
        throw new BundleFormatError("it asks for an unknown capability");
      objectFormat = format === "sha256" ? "sha256" : "sha1";
      continue;
    }
    const [, isPrerequisite, id = "", name] = /^(-?)([0-9a-f]+)(?: ([^]*))?$/.exec(line) ?? [];
    if (id.length !== (objectFormat === "sha1" ? 40 : 64))
      throw new BundleFormatError("its header has a malformed line");
    if (isPrerequisite === "-") prerequisites.push(id);
    else if (name === undefined || (name !== "HEAD" && !isRefName(name))) {
      throw new BundleFormatError("it names a branch in a way that git does not allow");
    } else if (refs.has(name)) throw new BundleFormatError("it names a branch twice");
    else refs.set(name, id);
    if (refs.size > MAX_REFS || prerequisites.length > MAX_REFS)
      throw new BundleFormatError("it has too many branches");
  }
  if (buffer.toString("latin1", offset, offset + 4) !== "PACK") throw new BundleFormatError("it holds no pack");
  return { objectFormat, prerequisites, refs, packOffset: offset };
}

/** @throws BundleFormatError */
export async function readBundleHeader(file: string): Promise<BundleHeader> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
    return parseBundleHeader(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
