import type { BottleSpec } from "../../bottle/spec.ts";
import { type Field, fromOf, type ReadContext, type Section } from "../section.ts";
import { readHostPath } from "./host-path.ts";
import { readSecretRef } from "./secret-ref.ts";

/** Why a proxy URL is refused; the URL itself stays out, it may hold a password. */
function proxyProblem(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "must be http://host:port or https://host:port";
  }
  if (url.username !== "" || url.password !== "" || /^[^/]*\/\/[^/]*@/.test(text)) {
    return "must not hold a user or password; put `user:password` in a secret and name it in `proxy_auth_ref`";
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must begin with http:// or https://";
  if (url.hostname === "" || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return "must be a host and a port, without path or query";
  }
  return undefined;
}

function readProxy(field: Field<string> | undefined, context: ReadContext): { url: string; from: string } | undefined {
  if (field === undefined) return undefined;
  const problem = proxyProblem(field.value);
  if (problem !== undefined) {
    context.issues.addKey(field.place, field.key, problem);
    return undefined;
  }
  return { url: new URL(field.value).origin, from: fromOf(field) };
}

/** `egress.upstream` of a bottle. Whether `proxy_auth_ref` has its proxy is known only after merging. */
export function readUpstream(upstream: Section, context: ReadContext): BottleSpec["egress"]["upstream"] {
  const proxy = readProxy(upstream.text("proxy"), context);
  const proxyAuth = readSecretRef(upstream.text("proxy_auth_ref"), context);
  const caFile = upstream.text("ca_file");
  const caPath = readHostPath(caFile, context);
  const network = upstream.text("network");
  return {
    ...(proxy === undefined ? {} : { proxy }),
    ...(proxyAuth === undefined ? {} : { proxyAuth }),
    ...(caFile === undefined || caPath === undefined ? {} : { caFile: { path: caPath, from: fromOf(caFile) } }),
    ...(network === undefined ? {} : { network: { name: network.value, from: fromOf(network) } }),
  };
}
