import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { AttackGround, WallTargets } from "@bot-bottle/core/testing";
import { addressOf, docker, makeNetwork, runContainer, type TestNetwork, type Undo } from "./engine.ts";
import { bridgeOf } from "./host-tools.ts";
import { hostAddresses, serveOnHost, serveSocket } from "./host-servers.ts";
import { Installation } from "./installation.ts";
import { machineSource, makeOutside, type Outside } from "./outside.ts";
import { containerGround, type RunningBottle, startBottle } from "./running-bottle.ts";

const DECLARED = "declared.test";
export const UNDECLARED = "undeclared.test";
/** TCP and UDP in the agent's machine of the other bottle; a datagram that comes there is noted in `RECEIVED` */
export const AGENT_PORT = 8000;
export const RECEIVED = "/tmp/received";
export const SIDECAR_PORTS: readonly number[] = [53, 80, 443, 9099];

/** Listens on every address of its machine. */
const LISTENER = `
require("http").createServer((request, response) => response.end("agent")).listen(${AGENT_PORT});
require("dgram").createSocket("udp4").on("message", (text) => require("fs").appendFileSync("${RECEIVED}", text)).bind(${AGENT_PORT});
`;

/** Attacks that a plain internal network does not stop; the others succeed on a plain network. */
const INTERNAL = /^wall\.(?:tcp\.gateway|tcp\.host|udp\.host|other-bottle|connect\..*|proxy\..*|routes)$/;

interface MachineAddresses {
  readonly sidecarInternal: string;
  readonly sidecarEgress: string;
  readonly agent: string;
}

export interface Scene {
  readonly installation: Installation;
  /** port of TCP and UDP servers on every address of the host */
  readonly hostPort: number;
  readonly outside: Outside;
  /** plain network, IPv6 included, whose resolver is outside and which finds the metadata services there */
  readonly plain: TestNetwork;
  /** the way out of the second bottle */
  readonly shared: TestNetwork;
  /** on its own egress network */
  readonly bottle: RunningBottle;
  /** on the shared network, its agent listening */
  readonly other: RunningBottle;
  /** the unguarded machine for an attack, and what it aims at */
  readonly ground: (id: string) => readonly [AttackGround, WallTargets];
  /** what the first bottle aims at */
  readonly aims: WallTargets;
  readonly addresses: (bottle: RunningBottle) => Promise<MachineAddresses>;
}

const nodeProgram = (source: string): readonly string[] => ["node", "--eval", source];

async function startBottles(
  undo: Undo,
  installation: Installation,
  shared: TestNetwork,
): Promise<readonly [RunningBottle, RunningBottle]> {
  const frontmatter = (upstream: string): string => `
agent_provider: { template: claude, dockerfile: ${installation.stubDockerfile} }
egress:
  routes: [{ host: ${DECLARED} }]
  ${upstream}
`;
  await installation.write("one", frontmatter(""));
  await installation.write("two", frontmatter(`upstream: { network: ${shared.name} }`));
  const keep = async (starting: Promise<RunningBottle>): Promise<RunningBottle> => {
    const started = await starting;
    undo.defer(() => started.end());
    return started;
  };
  const started = await Promise.allSettled([
    keep(startBottle(installation, "one")),
    keep(startBottle(installation, "two", { script: `node -e '${LISTENER}' &` })),
  ]);
  const [one, two] = started.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return [one, two] as [RunningBottle, RunningBottle];
}

/** A bottle, another one, and plain containers on plain networks, with everything in reach that must not be reached. */
export async function makeScene(undo: Undo): Promise<Scene> {
  const installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-escape-0123456789" });
  undo.defer(() => installation.remove());
  const hostPort = await serveOnHost(undo);
  const outside = await makeOutside(undo, hostPort);
  const plain = await makeNetwork(undo, { ipv6: true });
  const internal = await makeNetwork(undo, { internal: true });
  const shared = await makeNetwork(undo);
  await outside.serveMetadata(plain.bridge, plain.at(9));
  const socket = join(installation.root, "docker.sock");
  await serveSocket(undo, socket);
  await chmod(socket, 0o666);

  const [bottles, proxy, peer, onPlain, onInternal] = await Promise.all([
    startBottles(undo, installation, shared),
    runContainer(undo, {
      network: plain.name,
      options: ["--dns", outside.address],
      command: ["node", "--input-type=module", "--eval", await machineSource("open-proxy.mjs")],
    }),
    runContainer(undo, { network: internal.name, command: nodeProgram(LISTENER) }),
    runContainer(undo, {
      network: plain.name,
      options: ["--dns", outside.address, "--volume", `${socket}:/var/run/docker.sock`],
    }),
    runContainer(undo, { network: internal.name, options: ["--cap-add", "NET_ADMIN"] }),
  ]);
  await docker(["network", "connect", "--alias", "egress", internal.name, proxy]);
  const [bottle, other] = bottles;
  await outside.serveMetadata(await bridgeOf(`bot-bottle-${bottle.slug}-internal`));

  const addresses = async ({ slug, agent, sidecar }: RunningBottle): Promise<MachineAddresses> => {
    const wayOut = slug === other.slug ? shared.name : `bot-bottle-${slug}-egress`;
    const [sidecarInternal, sidecarEgress, agentAddress] = await Promise.all([
      addressOf(sidecar, `bot-bottle-${slug}-internal`),
      addressOf(sidecar, wayOut),
      addressOf(agent, `bot-bottle-${slug}-internal`),
    ]);
    return { sidecarInternal, sidecarEgress, agent: agentAddress };
  };
  const targets: Omit<WallTargets, "otherBottle"> = {
    hostAddresses: hostAddresses(),
    hostPort,
    outside: [53, 80, 443, hostPort].map((port) => ({ address: outside.address, port })),
    dnsServers: [outside.address],
    dnsSuffix: UNDECLARED,
    proxy: { host: "egress", port: 9099 },
    declaredHost: DECLARED,
    undeclaredHost: UNDECLARED,
  };
  const there = await addresses(other);
  const otherBottle = [
    ...[there.sidecarInternal, there.sidecarEgress].flatMap((address) =>
      SIDECAR_PORTS.map((port) => ({ address, port })),
    ),
    { address: there.agent, port: AGENT_PORT },
  ];
  return {
    ...{ installation, hostPort, outside, plain, shared, bottle, other, addresses },
    aims: { ...targets, otherBottle },
    ground: (id) => [
      containerGround(INTERNAL.test(id) ? onInternal : onPlain),
      { ...targets, otherBottle: [{ address: peer, port: AGENT_PORT }] },
    ],
  };
}
