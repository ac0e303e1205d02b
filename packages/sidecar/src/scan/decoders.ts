import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { LIMITS } from "../limits.ts";

type Decoder = () => Transform;
// Absent before Node 22.15; the types are those of the oldest Node that the package runs on.
const { createZstdDecompress } = zlib as typeof zlib & { readonly createZstdDecompress?: Decoder };

const gunzip: Decoder = () => zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH });
const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  deflate: () => zlib.createInflate({ flush: zlib.constants.Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliDecompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  ...(createZstdDecompress ? { zstd: createZstdDecompress } : {}),
};

/** Content codings that answers may have on routes whose answers are read. */
export const DECODABLE: ReadonlySet<string> = new Set(Object.keys(DECODERS));

/**
 * Streams that undo a Content-Encoding, in the order in which they are to be chained; empty for identity.
 * @returns undefined when one of the codings, or their number, is not to be decoded
 */
export function decodersFor(contentEncoding: string): Transform[] | undefined {
  const codings = contentEncoding
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > LIMITS.contentEncodings) return undefined;
  const makers = codings.reverse().map((coding) => (Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined));
  return makers.every((make) => make !== undefined) ? makers.map((make) => make()) : undefined;
}

/** An Accept-Encoding cut to what can be decoded here; `identity` when nothing is left. */
export function decodableAccept(acceptEncoding: string): string {
  const kept = acceptEncoding
    .split(",")
    .map((item) => item.trim())
    .filter((item) => DECODABLE.has((item.split(";")[0] ?? "").trim().toLowerCase()));
  return kept.length > 0 ? kept.join(", ") : "identity";
}
