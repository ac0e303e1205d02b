import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { planUpstream } from "../../../src/prepare/plan-upstream.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { tempDir } from "../../support/temp-home.ts";

const CERTIFICATE = readFileSync(new URL("../../fixtures/certificate.pem", import.meta.url), "utf8").trim();
const plan = (upstream: BottleSpec["egress"]["upstream"]) =>
  planUpstream({ ...sampleSpec, egress: { ...sampleSpec.egress, upstream } });

function caFile(content: string) {
  const path = join(tempDir(), "ca.pem");
  writeFileSync(path, content);
  return { caFile: { path, from: "b.md:5:3" } };
}

describe("planUpstream", () => {
  it("is the engine's own way out by default", () => {
    expect(plan({})).toEqual({ caCertificates: [] });
  });

  it("has the proxy with its credential by reference, and the network", () => {
    const proxyAuth = { source: "env", name: "PROXY" } as const;
    expect(
      plan({
        proxy: { url: "http://proxy:3128", from: "b.md:1:1" },
        proxyAuth,
        network: { name: "corp", from: "b.md:2:1" },
      }),
    ).toEqual({ proxy: { url: "http://proxy:3128", auth: proxyAuth }, network: "corp", caCertificates: [] });
  });

  it("takes every certificate of the file, and no key", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    const file = `# roots\r\n${CERTIFICATE}\n${key}\n${CERTIFICATE}`;
    expect(plan(caFile(file)).caCertificates).toEqual([CERTIFICATE, CERTIFICATE]);
  });

  it.each([
    ["nothing", "", "holds no PEM certificate"],
    ["half a certificate", CERTIFICATE.slice(0, 200), "holds no PEM certificate"],
    ["a key only", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "holds no PEM certificate"],
    [
      "a broken certificate",
      `${CERTIFICATE}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
      "holds a certificate that cannot be read, number 2",
    ],
    ["too much", "x".repeat(1024 * 1024 + 1), "is larger than 1024 KiB"],
  ])("refuses a file with %s", (_title, content, what) => {
    const upstream = caFile(content);
    expect(() => plan(upstream)).toThrow(
      expect.objectContaining({
        code: "BB_MANIFEST_INVALID",
        message: `b.md:5:3: ca_file "${upstream.caFile.path}" ${what}.`,
      }),
    );
  });

  it.each([
    ["/nonexistent/ca.pem", "cannot be read (ENOENT)"],
    ["/dev/zero", "is not a regular file"],
  ])("refuses %s", (path, what) => {
    expect(() => plan({ caFile: { path, from: "b.md:5:3" } })).toThrow(
      expect.objectContaining({ code: "BB_MANIFEST_INVALID", message: `b.md:5:3: ca_file "${path}" ${what}.` }),
    );
  });

  it("stays fast on a file that is made to be slow", () => {
    const upstream = caFile("-----BEGIN CERTIFICATE-----".repeat(38_000));
    const started = performance.now();
    expect(() => plan(upstream)).toThrow("holds no PEM certificate");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
