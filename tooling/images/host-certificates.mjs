import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const bundle = "/etc/ssl/certs/ca-certificates.crt";
const localFolder = "/usr/local/share/ca-certificates";

/**
 * The certificate authorities that this Debian host trusts, at the paths where a Debian image has them: the bundle,
 * and the host's own additions, which a later `update-ca-certificates` in the image adds again.
 * @returns {{path: string, bytes: Buffer}[]}
 */
export function hostCertificates() {
  const own = existsSync(localFolder) ? readdirSync(localFolder).filter((name) => name.endsWith(".crt")) : [];
  return [bundle, ...own.sort().map((name) => join(localFolder, name))]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
