import { DEFAULT_HOSTS, mintAuthority, modelApiContainer } from "../../model-api/index.mjs";
import { IMAGE } from "../baselines.mjs";
import { docker, inspect, makeContainer, makeNetwork } from "./docker.mjs";

/** The stand-in model API on a network of its own, the same one for both sides. */
export async function startStandIn(defer, steps) {
  const network = await makeNetwork(defer);
  const authority = mintAuthority("stand-in");
  const { build, create } = modelApiContainer({ network, authority, steps });
  const aliases = DEFAULT_HOSTS.flatMap((host) => ["--network-alias", host]);
  const name = await makeContainer(defer, {
    ...{ what: "api", image: IMAGE, network },
    flags: [...aliases, ...create.Env.flatMap((variable) => ["--env", variable]), "--workdir", "/srv/model-api"],
    command: ["node", "main.mjs"],
  });
  await docker(["cp", `${build.contextDir}/.`, `${name}:/srv/model-api`]);
  await docker(["start", name]);
  const { IPAM } = await inspect(network);
  return { network, subnet: IPAM.Config[0].Subnet, caCertificate: authority.cert };
}
