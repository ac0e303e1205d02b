import { createHash } from "node:crypto";
import type { ContextEntry } from "./context.ts";

export interface DigestInputs {
  readonly entries: readonly ContextEntry[];
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** ids of the images that the Dockerfile starts from */
  readonly baseIds: readonly string[];
}

/** Length-prefixed, so that no two different inputs are the same bytes. */
function field(hash: ReturnType<typeof createHash>, bytes: Buffer | string): void {
  hash.update(`${Buffer.byteLength(bytes)}:`);
  hash.update(bytes);
}

/** Twelve hex digits that stand for everything an image is made from. */
export function imageDigest({ entries, dockerfile, buildArgs, baseIds }: DigestInputs): string {
  const hash = createHash("sha256");
  field(hash, "bot-bottle image 1");
  field(hash, dockerfile);
  for (const id of baseIds) field(hash, id);
  const names = Object.keys(buildArgs).sort();
  field(hash, String(names.length));
  for (const name of names) {
    field(hash, name);
    field(hash, buildArgs[name] ?? "");
  }
  for (const { path, type, mode, bytes } of entries) {
    field(hash, path);
    field(hash, `${type} ${mode.toString(8)}`);
    field(hash, bytes);
  }
  return hash.digest("hex").slice(0, 12);
}

export function imageTag(role: string, digest: string): string {
  return `bot-bottle/${role}:${digest}`;
}
