import { readFile } from "node:fs/promises";
import type { EgressPlan } from "../bottle/plan-parts.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

async function readCertificates(path: string, from: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new BotBottleError(
      "BB_MANIFEST_INVALID",
      `${from}: cannot read ca_file "${path}" (${errorCode(error) ?? "error"}).`,
      {
        hint: "A relative path starts at the manifest's own folder.",
        cause: error,
      },
    );
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new BotBottleError("BB_MANIFEST_INVALID", `${from}: "${path}" holds no PEM certificate.`, {
      hint: "ca_file is a PEM file with one or more certificates.",
    });
  }
  return certificates;
}

/** The sidecar's way out: corporate proxy, extra roots, engine network. */
export async function planUpstream({ egress: { upstream } }: BottleSpec): Promise<EgressPlan["upstream"]> {
  return {
    ...(upstream.proxy === undefined ? {} : { proxy: { url: upstream.proxy.url, auth: upstream.proxyAuth } }),
    ...(upstream.network === undefined ? {} : { network: upstream.network.name }),
    caCertificates:
      upstream.caFile === undefined ? [] : await readCertificates(upstream.caFile.path, upstream.caFile.from),
  };
}
