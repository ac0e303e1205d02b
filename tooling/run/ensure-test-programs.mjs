import { canInstallPackages, hasProgram, installPackages } from "./debian.mjs";
import { log } from "./log.mjs";

/** program that tests run → its Debian package, or alternatives by release */
const packages = {
  curl: "curl",
  docker: ["docker-cli", "docker.io"],
  git: "git",
  ip: "iproute2",
  ssh: "openssh-client",
  sshd: "openssh-server",
  socat: "socat",
  tcpdump: "tcpdump",
  tmux: "tmux",
};

/** Installs the programs that tests run; where that is not possible, says which are missing. */
export async function ensureTestPrograms() {
  const missing = Object.keys(packages).filter((program) => !hasProgram(program));
  if (missing.length === 0) return;
  if (canInstallPackages()) await installPackages(missing.map((program) => packages[program]));
  else log(`not installed: ${missing.join(", ")}; tests that run them will fail`);
}
