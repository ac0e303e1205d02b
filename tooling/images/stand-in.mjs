import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { canInstallPackages, installPackages } from "../run/debian.mjs";
import { log } from "../run/log.mjs";
import { runCommand } from "../run/run-command.mjs";
import { Stop } from "../run/stop.mjs";
import { hostCertificates } from "./host-certificates.mjs";
import { makeRootFileSystem } from "./root-file-system.mjs";

const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "bot-bottle", "base-image");

/** Identity of the stand-in: what it is made by and of, as far as that is known before it is made. */
export function standInDigest() {
  const hash = createHash("sha256").update(process.arch);
  for (const file of ["root-file-system.mjs", "host-certificates.mjs", "stand-in.mjs"]) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  for (const { path, bytes } of hostCertificates()) hash.update(path).update(bytes);
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes the stand-in's root file system out of Debian's packages, or takes it from the cache.
 * @returns {Promise<string>} a tar file
 */
export async function standInArchive(digest) {
  const archive = join(cacheFolder, `${digest}.tar`);
  if (existsSync(archive)) return archive;
  if (!canInstallPackages()) {
    throw new Stop(
      "A local stand-in is made only as root on Debian or Ubuntu; pull the image where a registry is reached.",
    );
  }
  const programs = ["/usr/sbin/debootstrap", "/usr/share/keyrings/debian-archive-keyring.gpg"];
  if (!programs.every(existsSync)) await installPackages(["debootstrap", "debian-archive-keyring"]);

  const startedAt = Date.now();
  mkdirSync(cacheFolder, { recursive: true });
  const workFolder = mkdtempSync(join(cacheFolder, "making-"));
  try {
    const rootFolder = join(workFolder, "root");
    await makeRootFileSystem(rootFolder, workFolder);
    const made = join(workFolder, "root.tar");
    log("packing the stand-in");
    await runCommand(["tar", "--numeric-owner", "-C", rootFolder, "-cf", made, "."], { timeoutMs: 120_000 });
    forgetOlderArchives();
    renameSync(made, archive);
  } finally {
    // debootstrap's own mounts, should one have stayed, are not to be emptied.
    await runCommand(["rm", "--recursive", "--force", "--one-file-system", workFolder], { timeoutMs: 60_000 });
  }
  log(`made the stand-in in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return archive;
}

function forgetOlderArchives() {
  for (const name of readdirSync(cacheFolder)) {
    if (name.endsWith(".tar")) rmSync(join(cacheFolder, name));
  }
}
