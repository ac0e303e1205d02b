import { dirname, join } from "node:path";
import { mintAuthority } from "../../model-api/index.mjs";
import { root } from "../../run/root.mjs";
import { IMAGE } from "../baselines.mjs";
import { docker, inspect, makeContainer, makeNetwork } from "./docker.mjs";

/** Puts the certificate where the bottle has its own: into a file and at the end of the system's bundle. */
const TRUST = `cat >"$1"; cat "$1" >>"$2"`;

async function startInterceptor(defer, { network, standIn, authority, port }) {
  const config = { authority, upstreamCa: standIn.caCertificate, port };
  const name = await makeContainer(defer, {
    ...{ what: "interceptor", image: IMAGE, network },
    flags: ["--env", `BB_BENCH_INTERCEPTOR=${JSON.stringify(config)}`],
    command: ["node", "/srv/bench/turn/interceptor.mjs"],
  });
  // At the same places as here, so that its imports lead to the same files.
  for (const folder of ["bench", "model-api"]) {
    await docker(["cp", join(root, "tooling", folder), `${name}:/srv/${folder}`]);
  }
  await docker(["network", "connect", standIn.network, name]);
  await docker(["start", name]);
  return (await inspect(name)).NetworkSettings.Networks[network].IPAddress;
}

/**
 * A container like the bottle's own in all but its way out: the same image, bounds, environment and files of the agent;
 * behind its proxy is the bare interceptor.
 * @returns its name
 */
export async function startBaseline(defer, bottle, standIn) {
  const { Image, Config, HostConfig } = await inspect(bottle.container);
  const network = await makeNetwork(defer, { internal: true });
  const authority = mintAuthority("bench interceptor");
  const { host, port } = bottle.proxy;
  const address = await startInterceptor(defer, { network, standIn, authority, port });
  const name = await makeContainer(defer, {
    ...{ what: "agent", image: Image, network },
    flags: [
      ...["--add-host", `${host}:${address}`, "--user", "0:0", "--workdir", "/", "--no-healthcheck"],
      ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--log-driver", "none"],
      ...["--cpus", String(HostConfig.NanoCpus / 1e9), "--pids-limit", String(HostConfig.PidsLimit)],
      ...["--memory", String(HostConfig.Memory), "--memory-swap", String(HostConfig.MemorySwap)],
      ...Config.Env.flatMap((variable) => ["--env", variable]),
      ...["--entrypoint", "sleep"],
    ],
    command: ["infinity"],
  });
  const files = await docker(["cp", `${bottle.container}:${bottle.home}`, "-"]);
  await docker(["cp", "-", `${name}:${dirname(bottle.home)}`], { stdin: files });
  await docker(["start", name]);
  const { file, bundle } = bottle.trust;
  const argv = ["exec", "--interactive", "--user", "0", name, "sh", "-ec", TRUST, "sh", file, bundle];
  await docker(argv, { stdin: authority.cert });
  return name;
}
