import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@bot-bottle/core";

const NAMES = {
  httpProxy: "http_proxy",
  httpsProxy: "https_proxy",
  noProxy: "no_proxy",
  ftpProxy: "ftp_proxy",
} as const;

/**
 * Proxy build arguments of `proxies.default` in the configuration of Docker's own client, which adds them to its builds.
 * They are predefined arguments: no image keeps them, and they are no part of a digest.
 */
export async function buildProxies(configDir: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(join(configDir, "config.json"), "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) return {};
    throw error;
  }
  let config: { proxies?: { default?: Readonly<Record<string, unknown>> } } | null;
  try {
    config = JSON.parse(text) as typeof config;
  } catch {
    return {}; // Docker's client complains about it; a build may do without
  }
  const proxies = config?.proxies?.default ?? {};
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([key, name]) => {
      const value = proxies[key];
      if (typeof value !== "string" || value === "") return [];
      return [
        [name, value],
        [name.toUpperCase(), value],
      ];
    }),
  );
}
