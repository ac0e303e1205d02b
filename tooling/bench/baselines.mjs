import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { findEngine } from "../run/find-engine.mjs";
import { root } from "../run/root.mjs";
import { Stop } from "../run/stop.mjs";
import { timed } from "./statistics.mjs";

const LABELS = { "bench.bot-bottle.dev": "true" };
const IMAGE = "node:24-trixie-slim";

export async function connectEngine() {
  const { host } = await findEngine();
  if (host === undefined) throw new Stop("The benchmark needs a Docker engine; see `npm run demo`.");
  const Docker = createRequire(join(root, "packages/backend-docker/package.json"))("dockerode");
  const url = new URL(host);
  return new Docker(url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port });
}

const nameOf = (what) => `bench-${what}-${randomBytes(4).toString("hex")}`;

export async function makeInternalNetwork(docker) {
  return await docker.createNetwork({ Name: nameOf("net"), Internal: true, Labels: LABELS });
}

/** Two containers on two networks, as a bottle has them, and the time that removing them in parallel takes. */
export async function teardownBaseline(docker) {
  const [inside, outside] = await Promise.all([
    makeInternalNetwork(docker),
    docker.createNetwork({ Name: nameOf("net"), Labels: LABELS }),
  ]);
  const create = async (network) => {
    const container = await docker.createContainer({
      name: nameOf("box"),
      Image: IMAGE,
      Cmd: ["sleep", "600"],
      Labels: LABELS,
      HostConfig: { NetworkMode: network.id, Init: true },
    });
    return container;
  };
  const agent = await create(inside);
  const sidecar = await create(outside);
  await inside.connect({ Container: sidecar.id });
  await Promise.all([agent.start(), sidecar.start()]);
  return await timed(async () => {
    await Promise.all([agent.remove({ force: true }), sidecar.remove({ force: true })]);
    await Promise.all([inside.remove(), outside.remove()]);
  });
}

export { IMAGE };
