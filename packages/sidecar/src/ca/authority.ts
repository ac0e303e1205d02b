import { generateKeyPairSync } from "node:crypto";
import type { AuthorityMaterial } from "@bot-bottle/core";
import { authorityExtensions, distinguishedName, signCertificate } from "./certificate.ts";

const DAY_MS = 86_400_000;
/** Guests with a slow clock accept what was minted a moment ago. */
export const BACK_DATE_MS = DAY_MS;
const AUTHORITY_DAYS = 397;

/**
 * Mints the certificate authority of one launch: P-256, may sign leaves only. The key exists in the returned object;
 * nothing is written anywhere.
 */
export async function mintAuthority(slug: string): Promise<AuthorityMaterial> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Date.now();
  const subject = distinguishedName(`bot-bottle ${slug}`);
  const certificate = signCertificate({
    issuer: subject,
    subject,
    validity: { notBefore: new Date(now - BACK_DATE_MS), notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS) },
    publicKey,
    extensions: authorityExtensions(publicKey),
    signingKey: privateKey,
  });
  return { certificate, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string };
}
