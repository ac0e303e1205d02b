import type { Duplex } from "node:stream";
import {
  BotBottleError,
  type ConfiguredSidecar,
  type LaunchContext,
  redactForDisplay,
  type Reporter,
  type SidecarNetwork,
} from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { openControlChannel } from "./control-channel.ts";
import { watchDisk } from "./disk-watch.ts";
import { DockerBottle } from "./docker-bottle.ts";
import type { DockerBottlePlan } from "./docker-plan.ts";
import { engineInfo } from "./engine-info.ts";
import { asking } from "./errors.ts";
import { ensureAgentImage } from "./images/agent-image.ts";
import { BuildNetwork } from "./images/build-network.ts";
import { buildProxies } from "./images/build-proxies.ts";
import type { ImageWork } from "./images/ensure-image.ts";
import { ensureSidecarImage } from "./images/sidecar-image.ts";
import { createAgentMachine, createContainer, startContainer } from "./machine.ts";
import { type BottleNetwork, NetworkMaker } from "./networks.ts";
import type { Container } from "./open-exec.ts";
import { all, removeContainer, removeLaunch, removeNetwork } from "./remove.ts";
import { together } from "./settle.ts";
import { joinInternal, sidecarLog, sidecarMachine } from "./sidecar.ts";
import { findUpstreamNetwork } from "./upstream-network.ts";

const CONFIGURE_TIMEOUT_MS = 30_000;
const MAX_CLOCK_SKEW_MS = 12 * 3_600_000;
const NOTED_CLOCK_SKEW_MS = 60_000;

interface WayOut {
  readonly id: string;
  readonly address?: string | undefined;
  readonly gateways: readonly string[];
  /** of ours, to be removed with the bottle */
  readonly isOurs: boolean;
}

interface StartInputs {
  readonly engine: Engine;
  readonly plan: DockerBottlePlan;
  readonly context: LaunchContext;
  /** folder of Docker's own client */
  readonly dockerConfigDir: string;
}

/** Reports one part of the launch with the time that it took. */
async function step<T>(reporter: Reporter, name: string, title: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  reporter.report({ type: "step", step: name, title });
  const result = await work();
  reporter.report({ type: "step-done", step: name, durationMs: Math.round(performance.now() - begun) });
  return result;
}

/** @throws BotBottleError `BB_LAUNCH` when certificates made here would not be valid on the engine's machine */
function checkClock({ answer: { clockSkewMs } }: Engine, reporter: Reporter): void {
  const skew = Math.abs(clockSkewMs);
  if (skew < NOTED_CLOCK_SKEW_MS) return;
  const hours = skew / 3_600_000;
  const amount = hours < 1 ? `${Math.round(skew / 60_000)} minutes` : `${Math.round(hours)} hours`;
  const message = `The engine's clock is ${amount} ${clockSkewMs < 0 ? "behind" : "ahead of"} this machine's.`;
  const hint = "Set the clock of the one that is wrong; certificates made for the bottle depend on it.";
  if (skew > MAX_CLOCK_SKEW_MS) throw new BotBottleError("BB_LAUNCH", message, { hint });
  reporter.report({ type: "warning", message, hint });
}

async function findWayOut(engine: Engine, plan: DockerBottlePlan, make: () => Promise<BottleNetwork>): Promise<WayOut> {
  const { network } = plan.egressPlan.upstream;
  if (network !== undefined) {
    const { id, gateways } = await findUpstreamNetwork(engine, network);
    return { id, gateways, isOurs: false };
  }
  const made = await make();
  return { id: made.id, address: made.sidecarAddress, gateways: [made.gateway], isOurs: true };
}

/** Hands the sidecar its configuration, within a time limit and only as long as the launch goes on. */
async function configure(
  sidecar: Container,
  network: SidecarNetwork,
  context: LaunchContext,
  signal: AbortSignal,
): Promise<ConfiguredSidecar> {
  let channel: Duplex | undefined;
  let isDone = false;
  const limit = AbortSignal.timeout(CONFIGURE_TIMEOUT_MS);
  const stop = AbortSignal.any([signal, limit]);
  const onStop = (): void => {
    channel?.destroy();
  };
  stop.addEventListener("abort", onStop, { once: true });
  try {
    return await context.sidecar.configure({
      network,
      connect: async () => {
        channel = await openControlChannel(sidecar);
        if (!isDone && stop.aborted) channel.destroy();
        return channel;
      },
      restart: async () => {
        const docker = await sidecar.engine.docker();
        await asking("start the sidecar again", () => docker.getContainer(sidecar.id).restart({ t: 0 }));
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!BotBottleError.is(error) || !["BB_SIDECAR", "BB_BOTTLE_NOT_FOUND"].includes(error.code)) throw error;
    const log = redactForDisplay(await sidecarLog(sidecar.engine, sidecar.id)).trim();
    const why = limit.aborted ? `The sidecar was not ready within ${CONFIGURE_TIMEOUT_MS / 1000} s.` : error.message;
    throw new BotBottleError("BB_SIDECAR", why, {
      hint: log === "" ? error.hint : `The last lines of its log:\n${log}`,
      cause: error,
    });
  } finally {
    isDone = true; // a restart later on has no such limits
    stop.removeEventListener("abort", onStop);
  }
}

/** Makes networks, images and both containers, what is independent at the same time, and returns the running bottle. */
export async function startBottle({ engine, plan, context, dockerConfigDir }: StartInputs): Promise<DockerBottle> {
  const { host, reporter, undo, identity } = context;
  checkClock(engine, reporter);
  // Before anything is made: what is found by the launch's nonce includes what came into being after its request failed.
  undo.defer(`containers and networks of "${plan.slug}"`, () => removeLaunch(engine, identity));

  const networks = new NetworkMaker(engine, identity, host.networkPool);
  const buildNetwork = new BuildNetwork(engine, networks);
  const made = await together(context.signal, (signal) => {
    const work: ImageWork = {
      ...{ engine, reporter, signal, buildNetwork, owner: host.owner, baseImage: host.baseImage },
      proxies: () => buildProxies(dockerConfigDir),
    };
    const info = engineInfo(engine);
    const images = {
      agent: ensureAgentImage(plan.image, plan.providerName, work),
      sidecar: ensureSidecarImage(host.sidecarImage, work),
    };
    const built = Promise.allSettled([images.agent, images.sidecar]).then(() => buildNetwork.remove());
    const internal = step(reporter, "network", "Making the bottle's networks", () =>
      networks.make("internal-network", signal),
    );
    const wayOut = findWayOut(engine, plan, () => networks.make("egress-network", signal));

    const createSidecar = async (): Promise<Container> => {
      const [image, inside, outside] = await Promise.all([images.sidecar, internal, wayOut]);
      signal.throwIfAborted();
      return await step(reporter, "sidecar", "Starting the sidecar", async () => {
        const options = sidecarMachine({ name: plan.sidecarName, image, wayOut: outside, identity });
        const id = await createContainer(engine, options);
        signal.throwIfAborted();
        await joinInternal(engine, id, inside);
        signal.throwIfAborted();
        await startContainer(engine, id, "the sidecar");
        return { engine, id, title: `the sidecar of "${plan.slug}"` };
      });
    };
    const sidecar = createSidecar();

    const configureSidecar = async () => {
      const [container, inside, outside] = await Promise.all([sidecar, internal, wayOut]);
      signal.throwIfAborted();
      const network: SidecarNetwork = {
        listenAddress: inside.sidecarAddress,
        internalSubnet: inside.subnet,
        hostAddresses: await engine.hostAddresses(),
        gateways: [inside.gateway, ...outside.gateways],
        silentAddresses: [inside.gateway],
      };
      const configured = await step(reporter, "sidecar.configure", "Handing the policy to the sidecar", () =>
        configure(container, network, context, signal),
      );
      return { id: container.id, configured };
    };

    const startAgent = async () => {
      const [image, network, engineFacts] = await Promise.all([images.agent, internal, info]);
      signal.throwIfAborted();
      if (plan.resources.cpus > engineFacts.cpus) {
        const message = `The engine has ${engineFacts.cpus} CPUs; the bottle gets those in place of ${plan.resources.cpus}.`;
        reporter.report({ type: "warning", message });
      }
      return await step(reporter, "machine", "Starting the agent's machine", async () => {
        const { id, diskIsLimited } = await createAgentMachine(engine, {
          ...{ plan, image, network, info: engineFacts, identity },
        });
        // The sidecar's program takes longer to be ready than the whole machine: it goes first.
        if (process.env["BBV"] !== "par") await sidecar;
        signal.throwIfAborted();
        await startContainer(engine, id, "the agent's machine");
        const container: Container = { engine, id, title: `the bottle "${plan.slug}"` };
        return { container, diskIsLimited };
      });
    };
    return { sidecar: configureSidecar(), agent: startAgent(), internal, wayOut, built, info };
  });
  const { sidecar, agent, internal, wayOut } = made;

  const stopWatching = agent.diskIsLimited
    ? undefined
    : watchDisk({
        container: agent.container,
        user: plan.guestUser,
        limitBytes: plan.resources.diskBytes,
        reporter,
      });
  return new DockerBottle({
    plan,
    reporter,
    container: agent.container,
    sidecar: sidecar.configured,
    remove: async () => {
      stopWatching?.();
      await context.sidecar.end();
      const ends = {
        sidecar: removeContainer(engine, sidecar.id),
        agent: removeContainer(engine, agent.container.id),
      };
      const outer = ends.sidecar.then(() => (wayOut.isOurs ? removeNetwork(engine, wayOut.id) : undefined));
      const inner = Promise.all([ends.sidecar, ends.agent]).then(() => removeNetwork(engine, internal.id));
      await all([ends.sidecar, ends.agent, outer, inner]);
    },
  });
}
