import type { EgressRequest, Refusal } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import { type Authority, DEFAULT_PORTS, isSameAuthority, readHost, splitHostPort } from "../authority.ts";
import { type ClientRequest, headerPairs } from "../client-request.ts";
import { refuse } from "../refusals.ts";

const invalid = (reason: string): Refusal => refuse("invalid_request", reason);

/** A request target in absolute form, split; the scheme decides the default port. */
function readAbsoluteForm(url: string): { authority: Authority; target: string } | Refusal {
  const match = /^(https?):\/\/([^/?#]*)([/?][^#]*)?$/i.exec(url);
  const parts = match?.[2] === undefined ? undefined : splitHostPort(match[2]);
  if (!match || !parts) return invalid("The request target is not a plain http or https URL.");
  const scheme = match[1]?.toLowerCase() === "https" ? "https" : "http";
  const read = readHost(parts.host);
  if ("problem" in read) return refuse(read.problem, `"${parts.host}" is not the name of a host.`);
  const rest = match[3] ?? "/";
  return {
    authority: { scheme, host: read.host, port: parts.port ?? DEFAULT_PORTS[scheme] },
    target: rest.startsWith("/") ? rest : `/${rest}`,
  };
}

/** Authority and origin-form target of a request, from its own words and its connection's. */
function readTarget({ incoming, authority, form }: ClientRequest, host: string | undefined) {
  const url = incoming.url ?? "";
  if (form === "proxy") {
    return /^[a-z]+:\/\//i.test(url)
      ? readAbsoluteForm(url)
      : invalid("This is a proxy: the target must be a whole URL.");
  }
  if (!url.startsWith("/")) return invalid("The request target is not a path.");
  if (authority) return { authority, target: url };
  const parts = splitHostPort(host ?? "");
  const read = parts && readHost(parts.host);
  if (!parts || !read) return invalid("The Host header is not a host.");
  if ("problem" in read) return refuse(read.problem, `"${parts.host}" is not the name of a host.`);
  return { authority: { scheme: "http", host: read.host, port: parts.port ?? 80 } as const, target: url };
}

/** Framing that two parsers could read in two ways. Node's own parser has refused the worst already. */
function framingProblem(incoming: ClientRequest["incoming"], headers: EgressRequest["headers"]): string | undefined {
  const all = (name: string): string[] => headers.filter(([key]) => key === name).map(([, value]) => value);
  const encodings = all("transfer-encoding");
  const lengths = all("content-length");
  if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].trim().toLowerCase() !== "chunked")) {
    return "The only Transfer-Encoding of a request is chunked.";
  }
  if (encodings.length > 0 && lengths.length > 0) return "Content-Length and Transfer-Encoding exclude each other.";
  if (lengths.length > 1 || (lengths[0] !== undefined && !/^\d{1,15}$/.test(lengths[0].trim()))) {
    return "There is one Content-Length, and it is a number.";
  }
  if (encodings.length > 0 && incoming.httpVersion !== "1.1") return "Transfer-Encoding needs HTTP/1.1.";
  if (all("host").length > 1) return "There is more than one Host header.";
  return undefined;
}

/**
 * First stage: what the request asks for, in the words of policy. Everything ambiguous ends here, and so does a request
 * whose Host is another than its connection's.
 */
export function accept(client: ClientRequest): EgressRequest | Refusal {
  const { incoming, mismatch } = client;
  if (incoming.rawHeaders.length / 2 > LIMITS.headerCount) {
    return refuse("too_large", `There are more than ${LIMITS.headerCount} header fields.`, { status: 431 });
  }
  const headers = headerPairs(incoming.rawHeaders);
  const problem = framingProblem(incoming, headers);
  if (problem !== undefined) return invalid(problem);
  if (mismatch !== undefined) return refuse("authority_mismatch", mismatch);

  const host = headers.find(([name]) => name === "host")?.[1];
  if (host === undefined && incoming.httpVersion !== "1.0") return invalid("The Host header is missing.");
  const read = readTarget(client, host);
  if ("outcome" in read) return read;
  if (host !== undefined && !isSameAuthority(host, read.authority)) {
    return refuse("authority_mismatch", "The Host header names another host than the connection or the URL.");
  }
  return { method: incoming.method ?? "", ...read.authority, target: read.target, headers };
}
