import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DEFAULT_HOSTS, mintAuthority, modelApiContainer, parseRequests } from "../model-api/index.mjs";
import { findEngine } from "../run/find-engine.mjs";
import { root } from "../run/root.mjs";
import { Stop } from "../run/stop.mjs";
import { ALLOWED_HOST, STEPS } from "./script.mjs";

const LABELS = { "demo.bot-bottle.dev": "true" };
const IMAGE = "bot-bottle-demo/model-api";
const ALLOWED_TEXT = "This is the allowed host.";

async function connectEngine() {
  const { host } = await findEngine();
  if (host === undefined) throw new Stop("No Docker engine answers any more.");
  const Docker = createRequire(join(root, "packages/backend-docker/package.json"))("dockerode");
  const url = new URL(host);
  return new Docker(url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port });
}

async function buildImage(docker, { contextDir }) {
  const stream = await docker.buildImage(
    { context: contextDir, src: readdirSync(contextDir) },
    { t: IMAGE, labels: LABELS },
  );
  let failure;
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      (event) => (failure ??= event.error),
    );
  });
  if (failure !== undefined) throw new Stop(`The stand-in's image could not be built: ${failure}`);
}

async function execText(container, argv) {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, Tty: true });
  let text = "";
  for await (const chunk of await exec.start({ Tty: true })) text += chunk;
  return text;
}

/**
 * A container that answers as the model API and as one allowed host, on a network of its own.
 * @param defer gets what removes each thing, right after it exists
 */
export async function startStandIn(defer) {
  const docker = await connectEngine();
  const name = `bot-bottle-demo-${randomBytes(4).toString("hex")}`;
  const network = await docker.createNetwork({ Name: name, Labels: LABELS, CheckDuplicate: true });
  defer(() => network.remove());
  const { IPAM } = await network.inspect();
  const authority = mintAuthority("bot-bottle demo stand-in");
  const { build, create, requestsArgv } = modelApiContainer({
    image: IMAGE,
    name,
    network: name,
    labels: LABELS,
    authority,
    hosts: [...DEFAULT_HOSTS, ALLOWED_HOST],
    steps: STEPS,
    answers: { [`GET ${ALLOWED_HOST}/`]: { body: `${ALLOWED_TEXT}\n` } },
  });
  await buildImage(docker, build);
  const container = await docker.createContainer(create);
  defer(() => container.remove({ force: true }));
  await container.start();
  return {
    token: `sk-ant-oat01-demo-${randomBytes(32).toString("base64url")}`,
    allowedText: ALLOWED_TEXT,
    network: name,
    subnet: IPAM.Config[0].Subnet,
    caFile: (home) => {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      const file = join(home, "stand-in-ca.pem");
      writeFileSync(file, authority.cert);
      return file;
    },
    requests: async () => parseRequests((await execText(container, requestsArgv)).replaceAll("\r", "")),
  };
}
