import { createHash, createPrivateKey, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bitString,
  booleanTrue,
  childrenOf,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
} from "./der.ts";

const OID = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
};
const SERIAL_BYTES = 16;

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const nameAttribute = (oid: string, value: string): Buffer => setOf(sequence(objectIdentifier(oid), utf8String(value)));

/** Distinguished name `O=bot-bottle, CN=<commonName>`; a common name has at most 64 characters. */
export function distinguishedName(commonName: string): Buffer {
  return sequence(
    nameAttribute(OID.organization, "bot-bottle"),
    nameAttribute(OID.commonName, commonName.slice(0, 64)),
  );
}

/** SHA-1 of the public key's bits, the usual key identifier. */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  const [, bits = Buffer.alloc(0)] = childrenOf(publicKey.export({ type: "spki", format: "der" }));
  return createHash("sha1").update(bits.subarray(3)).digest();
}

/** Subject of a certificate, byte for byte, so that it can stand as the issuer of another. */
export function subjectOf(certificate: Buffer): Buffer {
  const [tbs = Buffer.alloc(0)] = childrenOf(certificate);
  return childrenOf(tbs)[5] ?? Buffer.alloc(0);
}

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [booleanTrue()] : []), octetString(value));

/** Extensions of an authority that signs leaves and nothing below them. */
export function authorityExtensions(publicKey: KeyObject): Buffer[] {
  return [
    extension(OID.basicConstraints, true, sequence(booleanTrue(), unsignedInteger(Buffer.from([0])))),
    extension(OID.keyUsage, true, bitString(Buffer.from([0b0000_0110]), 1)), // keyCertSign, cRLSign
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
  ];
}

/** Extensions of a server certificate for exactly one DNS name. */
export function leafExtensions(host: string, publicKey: KeyObject, issuerKeyIdentifier: Buffer): Buffer[] {
  return [
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, bitString(Buffer.from([0b1000_0000]), 7)), // digitalSignature
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, false, sequence(implicit(2, Buffer.from(host, "ascii")))),
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
    extension(OID.authorityKeyIdentifier, false, sequence(implicit(0, issuerKeyIdentifier))),
  ];
}

export interface CertificateParts {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  /** P-256 private key of the issuer */
  readonly signingKey: KeyObject;
}

/** An X.509 v3 certificate with a random serial number, signed with ECDSA and SHA-256; PEM. */
export function signCertificate(parts: CertificateParts): string {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive and of one length
  const tbs = sequence(
    explicit(0, unsignedInteger(Buffer.from([2]))),
    unsignedInteger(serial),
    algorithm,
    parts.issuer,
    sequence(time(parts.validity.notBefore), time(parts.validity.notAfter)),
    parts.subject,
    parts.publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...parts.extensions)),
  );
  const certificate = sequence(tbs, algorithm, bitString(sign("sha256", tbs, parts.signingKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** A private key in PEM, refused unless it is of the one kind that is used here. */
export function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new TypeError("the authority's key is not a P-256 key");
  }
  return key;
}
