import type { GitGateUpstream } from "../../bottle/plan-parts.ts";
import { normalizeHost } from "../../policy/host-pattern.ts";
import { formatPlace } from "../place.ts";
import type { Field, ReadContext, Section } from "../section.ts";
import { readHostPath } from "./host-path.ts";
import { parseHostKey } from "./host-key.ts";
import { readSecretRef } from "./secret-ref.ts";
import { parseSshUrl, type SshAddress } from "./ssh-url.ts";

function readAddress(field: Field<string> | undefined, context: ReadContext): SshAddress | undefined {
  if (field === undefined) return undefined;
  const address = parseSshUrl(field.value);
  if (address !== undefined) {
    const host = normalizeHost(address.host);
    if (host.kind !== "invalid") return { host: host.kind === "ip" ? host.address : host.host, port: address.port };
  }
  const rule = "must be an SSH URL without a password: ssh://git@host/path or git@host:path";
  context.issues.addKey(field.place, field.key, rule);
  return undefined;
}

function readHostKey(field: Field<string> | undefined, context: ReadContext): string | undefined {
  if (field === undefined) return undefined;
  const hostKey = parseHostKey(field.value);
  if (hostKey === undefined) {
    context.issues.addKey(
      field.place,
      field.key,
      "is not a whole public key; copy a line of `ssh-keyscan -t ed25519 HOST`",
    );
  }
  return hostKey;
}

function readKey(key: Section, context: ReadContext): GitGateUpstream["key"] | undefined {
  const { place } = key;
  const provider = key.text("provider")?.value;
  const path = key.text("path");
  const token = key.text("forge_token_env");
  const filePath = readHostPath(path, context);
  const forgeToken = readSecretRef(token, context);
  if (place === undefined || (provider !== "static" && provider !== "gitea" && provider !== "github")) return undefined;
  const [needed, unwanted] = provider === "static" ? ["path", token] : ["forge_token_env", path];
  if (key.node(needed) === undefined) {
    context.issues.addKey(place, `${key.key}.${needed}`, `is missing; the key provider "${provider}" needs it`);
  }
  if (unwanted !== undefined) {
    context.issues.addKey(unwanted.place, unwanted.key, `has no meaning for the key provider "${provider}"`);
  }
  return {
    provider,
    ...(filePath === undefined ? {} : { path: filePath }),
    ...(forgeToken === undefined ? {} : { forgeToken }),
  };
}

/** `git-gate.repos`; entries that lack a field are left out, {@link checkRepos} names the field. */
export function readRepos(repos: Section, context: ReadContext): readonly GitGateUpstream[] {
  return repos.keys.flatMap((name) => {
    const repo = repos.section(name);
    const url = repo.text("url");
    const address = readAddress(url, context);
    const hostKey = readHostKey(repo.text("host_key"), context);
    const key = readKey(repo.section("key"), context);
    if (url === undefined || address === undefined || hostKey === undefined || key === undefined) return [];
    const from = repo.place === undefined ? "" : formatPlace(repo.place);
    return [{ name, url: url.value, ...address, hostKey, key, from }];
  });
}

/** Rules that hold only for the merged whole: no repository lacks a field, no URL has two names. */
export function checkRepos(repos: Section, context: ReadContext): void {
  const names = new Map<string, string>();
  for (const name of repos.keys) {
    const repo = repos.section(name);
    if (repo.place === undefined) continue;
    for (const field of ["url", "host_key", "key"]) {
      if (repo.node(field) !== undefined) continue;
      const why = field === "host_key" ? "is missing; there is no trust on first use" : "is missing";
      context.issues.addKey(repo.place, `${repo.key}.${field}`, why);
    }
    const url = repo.text("url");
    const other = url === undefined ? undefined : names.get(url.value);
    if (url !== undefined && other !== undefined) {
      context.issues.addKey(url.place, url.key, `is the URL of "${other}" already`);
    }
    if (url !== undefined) names.set(url.value, name);
  }
}
