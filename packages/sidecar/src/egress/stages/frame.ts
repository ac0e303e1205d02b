import type { EgressRequest } from "@bot-bottle/core";
import { type Authority, hostHeaderOf } from "../authority.ts";
import type { HeaderPairs } from "../client-request.ts";
import type { CorporateProxy } from "../upstream/corporate-proxy.ts";

/** Written anew here; the strip stage has taken off what belongs to one connection only. */
const REPLACED = new Set(["content-length", "transfer-encoding", "host", "expect"]);
const SENDS_BODY = new Set(["POST", "PUT", "PATCH"]);

export interface Framing {
  readonly isChunked: boolean;
  /** undefined without Content-Length */
  readonly length: number | undefined;
  readonly expectsContinue: boolean;
}

/** The request line's target and the header fields of a request, written anew for the upstream. */
export function frameRequest(
  request: EgressRequest,
  headers: HeaderPairs,
  { isChunked, length, expectsContinue }: Framing,
  proxy: CorporateProxy | undefined,
): { readonly path: string; readonly headers: string[] } {
  const authority: Authority = request;
  const kept = headers.filter(([name]) => !REPLACED.has(name.replaceAll("_", "-"))).flat();
  const needsLength = length !== undefined || (!isChunked && SENDS_BODY.has(request.method));
  const isAbsolute = proxy !== undefined && request.scheme === "http";
  const host = hostHeaderOf(authority);
  return {
    path: isAbsolute ? `http://${host}${request.target}` : request.target,
    headers: [
      ...["host", host],
      ...kept,
      ...(isChunked ? ["transfer-encoding", "chunked"] : needsLength ? ["content-length", String(length ?? 0)] : []),
      ...(expectsContinue ? ["expect", "100-continue"] : []),
      ...(isAbsolute && proxy.authorization !== undefined ? ["proxy-authorization", proxy.authorization] : []),
    ],
  };
}
