import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { log } from "../run/log.mjs";
import { runCommand } from "../run/run-command.mjs";
import { bundle, hostCertificates } from "./host-certificates.mjs";

const mirror = "http://deb.debian.org";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Makes what the official image `node:24-trixie-slim` holds, as far as a Dockerfile or a program can rely on it:
 * minimal Debian, Node 24 with npm, the user `node` (1000), the entry point. Needs root and debootstrap.
 * @param {string} rootFolder made by this
 * @param {string} workFolder a place for what is fetched
 */
export async function makeRootFileSystem(rootFolder, workFolder) {
  log("fetching Debian (debootstrap) and Node 24 (npm)");
  const fetched = await Promise.allSettled([debian(rootFolder), nodeAndNpm(workFolder)]);
  for (const { status, reason } of fetched) if (status === "rejected") throw reason;

  installNode(rootFolder, join(workFolder, "npm", "node_modules"));
  await addUser(rootFolder);
  writeFiles(rootFolder);
  dropWhatSlimDrops(rootFolder);
}

async function debian(rootFolder) {
  const debootstrap = ["debootstrap", "--variant=minbase", `--keyring=${keyring}`];
  // In a mount namespace of its own, debootstrap's mounts end with it, however it ends.
  await runCommand(["unshare", "--mount", ...debootstrap, "trixie", rootFolder, `${mirror}/debian`], {
    timeoutMs: 300_000,
    stdout: "stderr",
  });
}

async function nodeAndNpm(workFolder) {
  const prefix = join(workFolder, "npm");
  const packages = [`node-linux-${process.arch}@24`, "npm@11"];
  const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", prefix];
  await runCommand(["npm", "install", ...flags, ...packages], { cwd: tmpdir(), timeoutMs: 300_000, stdout: "stderr" });
}

function installNode(rootFolder, modules) {
  const local = join(rootFolder, "usr/local");
  cpSync(join(modules, `node-linux-${process.arch}`, "bin/node"), join(local, "bin/node"));
  cpSync(join(modules, "npm"), join(local, "lib/node_modules/npm"), { recursive: true });
  symlinkSync("node", join(local, "bin/nodejs"));
  for (const name of ["npm", "npx"]) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, "bin", name));
  }
}

async function addUser(rootFolder) {
  const commands = [
    ["groupadd", "--gid", "1000", "node"],
    ["useradd", "--uid", "1000", "--gid", "node", "--shell", "/bin/bash", "--create-home", "node"],
  ];
  for (const command of commands) await runCommand(["chroot", rootFolder, ...command], { timeoutMs: 30_000 });
}

function writeFiles(rootFolder) {
  const write = (path, content, mode = 0o644) => {
    const file = join(rootFolder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  };
  for (const { path, bytes } of hostCertificates()) write(path, bytes);
  // Only npm is told: a program that relies on NODE_EXTRA_CA_CERTS in this image would fail in the real one.
  write("/usr/local/etc/npmrc", `cafile=${bundle}\n`);
  write("/usr/local/bin/docker-entrypoint.sh", readFileSync(join(import.meta.dirname, "docker-entrypoint.sh")), 0o755);
  write("/etc/hostname", "");
  write("/etc/resolv.conf", "");
  write("/etc/apt/sources.list", "");
  write("/etc/apt/sources.list.d/debian.sources", debianSources());
  write("/etc/apt/apt.conf.d/docker-no-languages", 'Acquire::Languages "none";\n');
  write("/etc/dpkg/dpkg.cfg.d/docker", slimExcludes.map((path) => `path-exclude ${path}/*\n`).join(""));
  write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755); // no service starts when its package is installed
}

function debianSources() {
  const entry = (path, suites) =>
    `Types: deb\nURIs: ${mirror}/${path}\nSuites: ${suites}\nComponents: main\nSigned-By: ${keyring}\n`;
  return [entry("debian", "trixie trixie-updates"), entry("debian-security", "trixie-security")].join("\n");
}

const slimExcludes = ["/usr/share/doc", "/usr/share/info", "/usr/share/locale", "/usr/share/man"];

function dropWhatSlimDrops(rootFolder) {
  for (const path of [...slimExcludes, "/var/cache/apt", "/var/lib/apt/lists"]) {
    rmSync(join(rootFolder, path), { recursive: true, force: true });
    mkdirSync(join(rootFolder, path));
  }
}
