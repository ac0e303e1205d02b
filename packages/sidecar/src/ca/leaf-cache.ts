import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { AuthorityMaterial } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { BACK_DATE_MS } from "./authority.ts";
import {
  distinguishedName,
  keyIdentifier,
  leafExtensions,
  readSigningKey,
  signCertificate,
  subjectOf,
} from "./certificate.ts";

const DAY_MS = 86_400_000;
const LEAF_DAYS = 90;
const RENEW_BEFORE_MS = DAY_MS;

interface Leaf {
  readonly context: SecureContext;
  readonly notAfter: number;
}

/** Server certificates of one authority: one exact name each, all with one key; the least recently used go first. */
export class LeafCache {
  readonly #issuer: Buffer;
  readonly #issuerKeyIdentifier: Buffer;
  readonly #issuerNotAfter: number;
  readonly #signingKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyPem: string;
  readonly #leaves = new Map<string, Leaf>();

  constructor(authority: AuthorityMaterial) {
    const certificate = new X509Certificate(authority.certificate);
    this.#signingKey = readSigningKey(authority.privateKey);
    if (!certificate.ca || !certificate.checkPrivateKey(this.#signingKey)) {
      throw new TypeError("the authority's certificate and key do not belong together");
    }
    this.#issuer = subjectOf(certificate.raw);
    this.#issuerKeyIdentifier = keyIdentifier(certificate.publicKey);
    this.#issuerNotAfter = Date.parse(certificate.validTo);
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#publicKey = publicKey;
    this.#keyPem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  }

  /** @param host normalised DNS name, lower-case ASCII */
  contextFor(host: string): SecureContext {
    const now = Date.now();
    const known = this.#leaves.get(host);
    this.#leaves.delete(host);
    const leaf = known && known.notAfter - now > RENEW_BEFORE_MS ? known : this.#mint(host, now);
    this.#leaves.set(host, leaf);
    if (this.#leaves.size > LIMITS.leafCertificates) {
      const [oldest] = this.#leaves.keys();
      if (oldest !== undefined) this.#leaves.delete(oldest);
    }
    return leaf.context;
  }

  /** The certificate of a host without its TLS context; PEM. */
  mintCertificate(host: string, now: number): { readonly certificate: string; readonly notAfter: number } {
    const notAfter = Math.min(now + LEAF_DAYS * DAY_MS, this.#issuerNotAfter);
    const certificate = signCertificate({
      issuer: this.#issuer,
      subject: distinguishedName(host),
      validity: { notBefore: new Date(now - BACK_DATE_MS), notAfter: new Date(notAfter) },
      publicKey: this.#publicKey,
      extensions: leafExtensions(host, this.#publicKey, this.#issuerKeyIdentifier),
      signingKey: this.#signingKey,
    });
    return { certificate, notAfter };
  }

  #mint(host: string, now: number): Leaf {
    const { certificate, notAfter } = this.mintCertificate(host, now);
    const context = createSecureContext({ key: this.#keyPem, cert: certificate, minVersion: "TLSv1.2" });
    return { context, notAfter };
  }
}
