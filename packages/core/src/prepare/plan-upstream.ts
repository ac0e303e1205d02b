import { X509Certificate } from "node:crypto";
import type { EgressPlan } from "../bottle/plan-parts.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { readHostFile } from "./read-host-file.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const MAX_BYTES = 1024 * 1024;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** Certificates of a PEM file; whatever else is in it, a private key say, stays here. */
function readCertificates(path: string, from: string): readonly string[] {
  const refuse = (what: string, hint: string, cause?: unknown): BotBottleError =>
    new BotBottleError("BB_MANIFEST_INVALID", `${from}: ca_file "${path}" ${what}.`, { hint, cause });
  const file = readHostFile(path, MAX_BYTES);
  if ("problem" in file) {
    throw refuse(file.problem, "A relative path starts at the manifest's own folder.", file.cause);
  }
  const certificates = file.bytes.toString("latin1").match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw refuse("holds no PEM certificate", "ca_file is a PEM file with one or more certificates.");
  }
  const broken = certificates.findIndex((pem) => !isCertificate(pem));
  if (broken >= 0)
    throw refuse(`holds a certificate that cannot be read, number ${broken + 1}`, "Export it once more.");
  return certificates;
}

/**
 * The sidecar's way out: corporate proxy, extra roots, engine network.
 * @throws BotBottleError `BB_MANIFEST_INVALID`
 */
export function planUpstream({ egress: { upstream } }: BottleSpec): EgressPlan["upstream"] {
  const { proxy, proxyAuth, network, caFile } = upstream;
  return {
    ...(proxy === undefined ? {} : { proxy: { url: proxy.url, auth: proxyAuth } }),
    ...(network === undefined ? {} : { network: network.name }),
    caCertificates: caFile === undefined ? [] : readCertificates(caFile.path, caFile.from),
  };
}
