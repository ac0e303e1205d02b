import type { ConfiguredSidecar, LaunchContext, SidecarNetwork } from "@bot-bottle/core";
import { checkClock } from "./check-clock.ts";
import type { Engine } from "./client/engine.ts";
import { configureSidecar } from "./configure-sidecar.ts";
import { watchDisk } from "./disk-watch.ts";
import { DockerBottle } from "./docker-bottle.ts";
import type { DockerBottlePlan } from "./docker-plan.ts";
import { engineInfo, type EngineInfo } from "./engine-info.ts";
import { ensureAgentImage } from "./images/agent-image.ts";
import { BuildNetwork } from "./images/build-network.ts";
import { buildProxies } from "./images/build-proxies.ts";
import type { ImageWork } from "./images/ensure-image.ts";
import { ensureSidecarImage } from "./images/sidecar-image.ts";
import { createAgentMachine, createContainer, startContainer } from "./machine.ts";
import { type BottleNetwork, NetworkMaker } from "./networks.ts";
import type { Container } from "./open-exec.ts";
import { all, removeContainer, removeLaunch, removeNetwork } from "./remove.ts";
import { reportStep } from "./report-step.ts";
import { together } from "./settle.ts";
import { joinWayOut, sidecarMachine, type WayOut } from "./sidecar.ts";
import { findUpstreamNetwork } from "./upstream-network.ts";

interface StartInputs {
  readonly engine: Engine;
  readonly plan: DockerBottlePlan;
  readonly context: LaunchContext;
  /** folder of Docker's own client */
  readonly dockerConfigDir: string;
}

interface AgentMachine {
  readonly container: Container;
  readonly diskIsLimited: boolean;
}

/**
 * The parts of one launch. Each begins as soon as what it needs is there: the sidecar's program takes longest to be
 * ready; its way out, the agent's machine and the files in it are made meanwhile.
 */
class Launch {
  readonly #inputs: StartInputs;
  readonly #signal: AbortSignal;
  readonly #networks: NetworkMaker;

  constructor(inputs: StartInputs, signal: AbortSignal) {
    const { engine, context } = inputs;
    this.#inputs = inputs;
    this.#signal = signal;
    this.#networks = new NetworkMaker(engine, context.identity, context.host.networkPool);
  }

  begin() {
    const info = engineInfo(this.#inputs.engine);
    const images = this.#ensureImages();
    const internal = this.#step("network", "Making the bottle's network", () =>
      this.#networks.make("internal-network", this.#signal),
    );
    const wayOut = this.#findWayOut();
    const sidecar = this.#startSidecar(images.sidecar, internal);
    const joined = this.#openWayOut(sidecar, wayOut);
    const configured = this.#configure(sidecar, internal, wayOut);
    const machine = this.#startMachine(images.agent, internal, info);
    const provisioned = this.#provision(machine, internal, configured);
    return { internal, wayOut, sidecar, joined, configured, machine, provisioned, buildsEnded: images.ended };
  }

  async #step<T>(name: string, title: string, work: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    return await reportStep(this.#inputs.context.reporter, name, title, work);
  }

  #ensureImages() {
    const { engine, plan, context, dockerConfigDir } = this.#inputs;
    const { host, reporter } = context;
    const buildNetwork = new BuildNetwork(engine, this.#networks);
    const work: ImageWork = {
      ...{ engine, reporter, signal: this.#signal, buildNetwork, owner: host.owner, baseImage: host.baseImage },
      proxies: () => buildProxies(dockerConfigDir),
    };
    const agent = ensureAgentImage(plan.image, plan.providerName, work);
    const sidecar = ensureSidecarImage(host.sidecarImage, work);
    return { agent, sidecar, ended: Promise.allSettled([agent, sidecar]).then(() => buildNetwork.remove()) };
  }

  async #findWayOut(): Promise<WayOut> {
    const { engine, plan } = this.#inputs;
    const { network } = plan.egressPlan.upstream;
    if (network !== undefined) {
      const { id, gateways } = await findUpstreamNetwork(engine, network);
      return { id, gateways, isOurs: false };
    }
    const made = await this.#networks.make("egress-network", this.#signal);
    return { id: made.id, address: made.sidecarAddress, gateways: [made.gateway], isOurs: true };
  }

  async #startSidecar(image: Promise<string>, internal: Promise<BottleNetwork>): Promise<Container> {
    const { engine, plan, context } = this.#inputs;
    const inputs = {
      ...{ name: plan.sidecarName, identity: context.identity },
      ...{ image: await image, network: await internal },
    };
    return await this.#step("sidecar", "Starting the sidecar", async () => {
      const id = await createContainer(engine, sidecarMachine(inputs));
      this.#signal.throwIfAborted();
      await startContainer(engine, id, "the sidecar");
      return { engine, id, title: `the sidecar of "${plan.slug}"` };
    });
  }

  async #openWayOut(sidecar: Promise<Container>, wayOut: Promise<WayOut>): Promise<void> {
    const [{ engine, id }, network] = await Promise.all([sidecar, wayOut]);
    this.#signal.throwIfAborted();
    await joinWayOut(engine, id, network);
  }

  async #configure(
    sidecar: Promise<Container>,
    internal: Promise<BottleNetwork>,
    wayOut: Promise<WayOut>,
  ): Promise<ConfiguredSidecar> {
    const [container, inside, outside] = await Promise.all([sidecar, internal, wayOut]);
    const network: SidecarNetwork = {
      listenAddress: inside.sidecarAddress,
      internalSubnet: inside.subnet,
      hostAddresses: await container.engine.hostAddresses(),
      gateways: [inside.gateway, ...outside.gateways],
      silentAddresses: [inside.gateway],
    };
    return await this.#step("sidecar.configure", "Handing the policy to the sidecar", () =>
      configureSidecar(container, network, this.#inputs.context, this.#signal),
    );
  }

  async #startMachine(
    image: Promise<string>,
    internal: Promise<BottleNetwork>,
    info: Promise<EngineInfo>,
  ): Promise<AgentMachine> {
    const { engine, plan, context } = this.#inputs;
    const { identity, reporter } = context;
    const inputs = { plan, identity, image: await image, network: await internal, info: await info };
    const { cpus } = inputs.info;
    if (plan.resources.cpus > cpus) {
      const message = `The engine has ${cpus} CPUs; the bottle gets those in place of ${plan.resources.cpus}.`;
      reporter.report({ type: "warning", message });
    }
    return await this.#step("machine", "Starting the agent's machine", async () => {
      const { id, diskIsLimited } = await createAgentMachine(engine, inputs);
      this.#signal.throwIfAborted();
      await startContainer(engine, id, "the agent's machine");
      return { container: { engine, id, title: `the bottle "${plan.slug}"` }, diskIsLimited };
    });
  }

  async #provision(
    machine: Promise<AgentMachine>,
    internal: Promise<BottleNetwork>,
    ready: Promise<unknown>,
  ): Promise<void> {
    const { plan, context } = this.#inputs;
    const [{ container }, network] = await Promise.all([machine, internal]);
    const bottle = new DockerBottle({
      ...{ plan, container, reporter: context.reporter },
      // Where the sidecar will listen is known; commands wait until it does.
      sidecar: {
        caCertificate: await context.sidecar.caCertificate(),
        endpoints: { egress: plan.egressProxyUrl, dns: network.sidecarAddress },
      },
      remove: async () => undefined,
    });
    this.#signal.throwIfAborted();
    await context.provision(bottle, { ready, signal: this.#signal });
  }
}

/** Makes networks, images and both containers, what is independent at the same time, and returns the running bottle. */
export async function startBottle(inputs: StartInputs): Promise<DockerBottle> {
  const { engine, plan, context } = inputs;
  const { reporter, undo, identity } = context;
  checkClock(engine.answer.clockSkewMs, reporter);
  // Before anything is made: what is found by the launch's nonce includes what came into being after its request failed.
  undo.defer(`containers and networks of "${plan.slug}"`, () => removeLaunch(engine, identity));
  const { internal, wayOut, sidecar, configured, machine } = await together(context.signal, (signal) =>
    new Launch(inputs, signal).begin(),
  );
  const { container, diskIsLimited } = machine;
  const limitBytes = plan.resources.diskBytes;
  const stopWatching = diskIsLimited ? undefined : watchDisk({ container, user: plan.guestUser, limitBytes, reporter });
  undo.defer("watch of the disk", () => stopWatching?.());
  return new DockerBottle({
    ...{ plan, reporter, container },
    sidecar: configured,
    remove: async () => {
      stopWatching?.();
      await context.sidecar.end();
      const ends = { sidecar: removeContainer(engine, sidecar.id), machine: removeContainer(engine, container.id) };
      const outer = ends.sidecar.then(() => (wayOut.isOurs ? removeNetwork(engine, wayOut.id) : undefined));
      const inner = Promise.all([ends.sidecar, ends.machine]).then(() => removeNetwork(engine, internal.id));
      await all([ends.sidecar, ends.machine, outer, inner]);
    },
  });
}
