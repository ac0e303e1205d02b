import { canonicalName } from "./header-names.ts";

const HEADERS: ReadonlySet<string> = new Set([
  "cookie",
  "cookie2",
  "deploy-token",
  "x-auth",
  "x-auth-email",
  "x-functions-key",
  "circle-token",
]);

/** `authorization`, `x-api-key`, `private-token`, `x-amz-security-token` and vendors' own spellings of such words. */
const HEADER_PATTERN =
  /(?:^|-)(?:authorization|(?:access|admin|api|auth|client|github|gitlab|job|private|refresh|security|session|subscription|user|vault)-?(?:key|token|secret))$/;

/** Last letters of every word that the pattern knows; spares most headers the pattern. */
const PATTERN_ENDINGS = ["n", "y", "t"];

/** True for a request header that can carry a credential. Takes a canonical name. */
export function isCredentialHeader(canonical: string): boolean {
  if (HEADERS.has(canonical)) return true;
  return PATTERN_ENDINGS.includes(canonical.charAt(canonical.length - 1)) && HEADER_PATTERN.test(canonical);
}

const QUERY_KEYS: ReadonlySet<string> = new Set([
  "key",
  "api-key",
  "apikey",
  "x-api-key",
  "x-goog-api-key",
  "token",
  "access-token",
  "auth-token",
  "oauth-token",
  "refresh-token",
  "private-token",
  "job-token",
  "authorization",
  "client-secret",
  "subscription-key",
]);

/** Parts of a URL that somebody signed for one request; reading with one is what such a URL is for. */
const PRESIGNED_KEYS: ReadonlySet<string> = new Set([
  "x-amz-signature",
  "x-amz-credential",
  "x-amz-security-token",
  "x-goog-signature",
  "x-goog-credential",
  "awsaccesskeyid",
  "googleaccessid",
  "signature",
  "sig",
]);

/** Ask the server to read the request as one of another method. */
const OVERRIDE_KEYS: ReadonlySet<string> = new Set(["-method", "x-http-method", "x-http-method-override"]);

export type QueryKeyKind = "credential" | "presigned" | "override";

/** What a decoded query key carries; undefined for an ordinary one. */
export function queryKeyKind(key: string): QueryKeyKind | undefined {
  const canonical = canonicalName(key.trim());
  if (QUERY_KEYS.has(canonical)) return "credential";
  if (PRESIGNED_KEYS.has(canonical)) return "presigned";
  return OVERRIDE_KEYS.has(canonical) ? "override" : undefined;
}
