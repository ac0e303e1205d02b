import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

// X.509 with P-256 in plain Node: the stand-in runs where neither npm packages nor the openssl command are to be had.

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  time: 0x18,
};
const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  subjectAltName: "2.5.29.17",
  subjectKeyIdentifier: "2.5.29.14",
  authorityKeyIdentifier: "2.5.29.35",
};
const DAY_MS = 86_400_000;

function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts) => der(TAG.sequence, ...parts);
const bits = (content, unused = 0) => der(TAG.bits, Buffer.from([unused]), content);
const explicit = (number, content) => der(0xa0 | number, content);

function oid(dotted) {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(TAG.oid, Buffer.from(bytes));
}

const extension = (id, critical, content) =>
  sequence(oid(id), ...(critical ? [der(TAG.boolean, Buffer.from([255]))] : []), der(TAG.octets, content));
const name = (text) => sequence(der(TAG.set, sequence(oid(OID.commonName), der(TAG.utf8, Buffer.from(text)))));
const time = (ms) => der(TAG.time, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const pem = (bytes) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;
const keyId = (spki) => createHash("sha1").update(spki).digest();

function makeCertificate({ subject, issuer, spki, extensions, signingKey }) {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and never a leading zero
  const body = sequence(
    explicit(0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    algorithm,
    name(issuer),
    sequence(time(Date.now() - DAY_MS), time(Date.now() + 30 * DAY_MS)),
    name(subject),
    spki,
    explicit(3, sequence(...extensions)),
  );
  return pem(sequence(body, algorithm, bits(sign("sha256", body, signingKey))));
}

function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return { key: privateKey, spki: publicKey.export({ type: "spki", format: "der" }) };
}

const keyPem = (key) => key.export({ type: "pkcs8", format: "pem" });

/** A certificate authority of its own, 30 days long; nobody trusts it until told to. Keys and certificates are PEM. */
export function mintAuthority(subject = "bot-bottle stand-in") {
  const { key, spki } = makeKey();
  const cert = makeCertificate({
    subject,
    issuer: subject,
    spki,
    signingKey: key,
    extensions: [
      extension(OID.basicConstraints, true, sequence(der(TAG.boolean, Buffer.from([255])))),
      extension(OID.keyUsage, true, bits(Buffer.from([0x06]), 1)),
      extension(OID.subjectKeyIdentifier, false, der(TAG.octets, keyId(spki))),
    ],
  });
  return { subject, key: keyPem(key), cert, keyId: keyId(spki).toString("hex") };
}

/** A server certificate of `authority` for these DNS names. */
export function issueCertificate(authority, hosts) {
  const { key, spki } = makeKey();
  const cert = makeCertificate({
    subject: hosts[0].slice(0, 64),
    issuer: authority.subject,
    spki,
    signingKey: createPrivateKey(authority.key),
    extensions: [
      extension(OID.basicConstraints, true, sequence()),
      extension(OID.keyUsage, true, bits(Buffer.from([0x80]), 7)),
      extension(OID.extendedKeyUsage, false, sequence(oid(OID.serverAuth))),
      extension(OID.subjectAltName, false, sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))),
      extension(OID.authorityKeyIdentifier, false, sequence(der(0x80, Buffer.from(authority.keyId, "hex")))),
    ],
  });
  return { key: keyPem(key), cert };
}
