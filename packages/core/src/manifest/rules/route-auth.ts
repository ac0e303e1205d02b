import { canonicalName } from "../../policy/header-names.ts";
import type { RouteAuth } from "../../policy/route.ts";
import type { ReadContext, Section } from "../section.ts";
import { readSecretRef } from "./secret-ref.ts";

/** Headers that carry the request itself; a credential in one would break the request or the strip rules. */
const NOT_FOR_CREDENTIALS =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept|accept-.*|forwarded|x-forwarded-.*|x-http-method.*|x-method-override|x-original-.*|x-rewrite-.*|proxy-.*|sec-.*|http2-settings|max-forwards|range|via|date)$/;

export interface AuthLeg {
  readonly host: string;
  readonly scheme: "https" | "http";
}

function isScheme(text: string | undefined): text is NonNullable<RouteAuth["scheme"]> {
  return text === "Bearer" || text === "token" || text === "Basic";
}

/** `auth` of a route; refuses to send a credential in clear, or to every tenant of a wildcard host unasked. */
export function readRouteAuth(auth: Section, leg: AuthLeg, context: ReadContext): RouteAuth | undefined {
  const { place } = auth;
  if (place === undefined) return undefined;
  const { issues } = context;
  const secret = readSecretRef(auth.text("token_ref"), context);
  const header = auth.text("header");
  const name = header?.value.toLowerCase() ?? "authorization";
  const scheme = auth.text("scheme")?.value;
  const wildcard = auth.flag("wildcard");
  if (leg.scheme === "http")
    issues.addKey(place, auth.key, "cannot be sent on port 80: the credential would be in clear");
  if (header !== undefined && NOT_FOR_CREDENTIALS.test(canonicalName(name))) {
    issues.addKey(header.place, header.key, "cannot carry a credential");
  }
  const isWildcard = leg.host.startsWith("*.");
  if (isWildcard && wildcard?.value !== true) {
    const rule = `would reach every host under "${leg.host.slice(2)}"; name the host, or accept that with \`wildcard: true\``;
    issues.addKey(place, auth.key, rule);
  }
  if (!isWildcard && wildcard?.value === true) {
    issues.addKey(wildcard.place, wildcard.key, "belongs to a host that begins with `*.`");
  }
  if (secret === undefined) return undefined;
  return { ...(isScheme(scheme) ? { scheme } : {}), header: name, secret, wildcard: wildcard?.value ?? false };
}
