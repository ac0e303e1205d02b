import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const SSHD = "/usr/sbin/sshd";
const SSH_KEYGEN = "/usr/bin/ssh-keygen";

/** Why no ssh server can be started here; undefined when one can. */
export const sshAbsence: string | undefined = !existsSync(SSHD)
  ? "there is no sshd"
  : process.getuid?.() === 0
    ? undefined
    : "sshd needs root";

export interface SshServer {
  readonly port: number;
  /** PATH on which `ssh` is the system's, with keys and known hosts of this server alone */
  readonly path: string;
  /** takes the server's key out of the known hosts, or puts it back */
  know(isKnown: boolean): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

async function waitForPort(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await delay(50);
  }
  throw new Error("sshd does not listen");
}

/** A real sshd on loopback that lets this user in by a key of its own. */
export async function startSshServer(): Promise<SshServer> {
  const dir = await mkdtemp(join(tmpdir(), "bb-ssh-"));
  const port = await freePort();
  await mkdir("/run/sshd", { recursive: true });
  for (const key of ["host", "user"]) {
    execFileSync(SSH_KEYGEN, ["-q", "-t", "ed25519", "-N", "", "-f", join(dir, key)]);
  }
  await writeFile(join(dir, "authorized"), await readFile(join(dir, "user.pub")));
  await writeFile(
    join(dir, "sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${dir}/host`,
      `AuthorizedKeysFile ${dir}/authorized`,
      `PidFile ${dir}/pid`,
      "StrictModes no",
      "UsePAM no",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
    ].join("\n"),
  );
  const config = [
    "Host *",
    `IdentityFile ${dir}/user`,
    "IdentitiesOnly yes",
    `UserKnownHostsFile ${dir}/known`,
    "GlobalKnownHostsFile none",
  ];
  await writeFile(join(dir, "ssh_config"), config.join("\n"));
  await mkdir(join(dir, "bin"));
  await writeFile(join(dir, "bin/ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${dir}/ssh_config "$@"\n`);
  await chmod(join(dir, "bin/ssh"), 0o755);
  const server = spawn(SSHD, ["-D", "-e", "-f", join(dir, "sshd_config")], { stdio: "ignore" });
  await waitForPort(port);
  const know = async (isKnown: boolean): Promise<void> => {
    const key = await readFile(join(dir, "host.pub"), "utf8");
    await writeFile(join(dir, "known"), isKnown ? `[127.0.0.1]:${port} ${key}` : "");
  };
  await know(true);
  return {
    port,
    path: `${dir}/bin:${process.env["PATH"] ?? ""}`,
    know,
    stop: async () => {
      server.kill();
      await once(server, "exit");
    },
  };
}
