import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { AuthorityMaterial } from "@bot-bottle/core";
import "reflect-metadata";
import { BasicConstraintsExtension, X509Certificate as OtherParser } from "@peculiar/x509";
import { mintAuthority } from "../../../src/ca/authority.ts";
import { LeafCache } from "../../../src/ca/leaf-cache.ts";
import { LIMITS } from "../../../src/limits.ts";

let authority: AuthorityMaterial;
let leaves: LeafCache;
beforeAll(async () => {
  authority = await mintAuthority("dev-abcde");
  leaves = new LeafCache(authority);
});
const DAY = 86_400_000;
const leafOf = (host: string): string => leaves.mintCertificate(host, Date.now()).certificate;

describe("mintAuthority", () => {
  it("mints a P-256 authority that may sign leaves only, back-dated by a day", () => {
    const certificate = new X509Certificate(authority.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe("O=bot-bottle\nCN=bot-bottle dev-abcde");
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.now() - Date.parse(certificate.validFrom)).toBeGreaterThanOrEqual(DAY - 5_000);
    const text = execFileSync("openssl", ["x509", "-noout", "-text"], { input: authority.certificate }).toString();
    expect(text).toContain("CA:TRUE, pathlen:0");
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  });

  it("mints a different one each time", async () => {
    expect((await mintAuthority("dev-abcde")).certificate).not.toBe(authority.certificate);
  });
});

describe("LeafCache", () => {
  it("mints leaves that OpenSSL accepts strictly, for exactly one name", () => {
    const dir = mkdtempSync(join(tmpdir(), "bb-ca-"));
    writeFileSync(join(dir, "ca.pem"), authority.certificate);
    writeFileSync(join(dir, "leaf.pem"), leafOf("api.example.com"));
    const verify = (name: string): string =>
      execFileSync(
        "openssl",
        ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name, "-CAfile", "ca.pem", "leaf.pem"],
        { cwd: dir, stdio: "pipe" },
      ).toString();
    expect(verify("api.example.com")).toContain("OK");
    expect(() => verify("example.com")).toThrow();
    const text = execFileSync("openssl", ["x509", "-noout", "-text", "-in", join(dir, "leaf.pem")]).toString();
    expect(text).toContain("CA:FALSE");
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature/);
    expect(text).toContain("TLS Web Server Authentication");
    expect(text.match(/DNS:/g)).toHaveLength(1);
  });

  it("agrees with an independent parser", () => {
    const other = new OtherParser(leafOf("api.example.com"));
    expect(other.subject).toBe("O=bot-bottle, CN=api.example.com");
    expect(other.issuer).toBe(new OtherParser(authority.certificate).subject);
    expect(other.getExtension(BasicConstraintsExtension)).toMatchObject({ ca: false, critical: true });
    expect(Date.now() - other.notBefore.getTime()).toBeGreaterThanOrEqual(DAY - 5_000);
  });

  it("handles names longer than a common name may be", () => {
    const host = `${"a".repeat(60)}.${"b".repeat(60)}.example.com`;
    expect(new X509Certificate(leafOf(host)).checkHost(host)).toBe(host);
  });

  it("keeps a bounded number of contexts, the most recently used", () => {
    const cache = new LeafCache(authority);
    const first = cache.contextFor("first.example.com");
    for (let i = 0; i < LIMITS.leafCertificates - 1; i++) cache.contextFor(`h${i}.example.com`);
    expect(cache.contextFor("first.example.com")).toBe(first);
    cache.contextFor("one-more.example.com");
    expect(cache.contextFor("first.example.com")).toBe(first);
    const second = cache.contextFor("h0.example.com");
    expect(cache.contextFor("h0.example.com")).toBe(second);
  });

  it("serves TLS that a client accepts which trusts the authority alone", async () => {
    const server = createServer({
      SNICallback: (name, done) => {
        done(null, leaves.contextFor(name));
      },
    });
    server.on("secureConnection", (socket) => socket.end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host: "127.0.0.1", servername: "api.example.com", ca: authority.certificate });
    await once(client, "secureConnect");
    expect(client.authorized).toBe(true);
    client.destroy();
    server.close();
  });

  it("refuses a certificate and a key that do not belong together", async () => {
    const other = await mintAuthority("other");
    expect(() => new LeafCache({ ...authority, privateKey: other.privateKey })).toThrow("do not belong together");
  });
});
