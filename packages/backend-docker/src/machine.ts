import {
  BotBottleError,
  labelsOf,
  machineEnvironment,
  NameConflict,
  type ResourceIdentity,
  SIDECAR_HOSTS,
} from "@bot-bottle/core";
import type Docker from "dockerode";
import type { Engine } from "./client/engine.ts";
import type { DockerBottlePlan } from "./docker-plan.ts";
import type { EngineInfo } from "./engine-info.ts";
import { asking, engineError, engineMessage, engineStatus, isConflict, isNotFound } from "./errors.ts";
import type { BottleNetwork } from "./networks.ts";

/**
 * PID 1 of the agent machine: names the sidecar as the resolver in place of the engine's, then waits, reaps every orphan
 * (a shell's `wait` takes any child's end), and ends at once when asked. It runs as root and does nothing else, so that
 * the agent can neither end it nor write to its output.
 */
const IDLE = `printf 'nameserver %s\\n' "$1" >/etc/resolv.conf
trap 'exit 0' TERM INT
while :; do sleep 2147483647 & wait $!; done`;

export interface AgentMachineInputs {
  readonly plan: DockerBottlePlan;
  readonly image: string;
  readonly network: BottleNetwork;
  readonly info: EngineInfo;
  readonly identity: Omit<ResourceIdentity, "role">;
  /** bound the disk through the storage driver */
  readonly limitDisk: boolean;
}

/** What the engine is asked for as the agent machine. Pure. */
export function agentMachine(inputs: AgentMachineInputs): Docker.ContainerCreateOptions {
  const { plan, image, network, info, identity, limitDisk } = inputs;
  const { cpus, memoryBytes, pids, diskBytes } = plan.resources;
  const environment = machineEnvironment(plan);
  return {
    name: plan.agentName,
    Image: image,
    Hostname: plan.slug,
    User: "0:0",
    WorkingDir: "/",
    Entrypoint: ["/bin/sh", "-c", IDLE, "bot-bottle"],
    Cmd: [network.sidecarAddress],
    // The engine keeps these on its disk and shows them in inspect: values of no consequence only.
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf({ ...identity, role: "agent" }),
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: network.id,
      Init: info.hasInit,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      NanoCpus: Math.round(Math.min(cpus, info.cpus) * 1e9),
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: pids,
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      IpcMode: "private",
      RestartPolicy: { Name: "no" },
      // The agent's output never becomes a log on the engine's disk.
      LogConfig: { Type: "none", Config: {} },
      Dns: [network.sidecarAddress],
      DnsSearch: ["."],
      ExtraHosts: Object.values(SIDECAR_HOSTS).map((host) => `${host}:${network.sidecarAddress}`),
      ...(limitDisk ? { StorageOpt: { size: String(diskBytes) } } : {}),
    },
    NetworkingConfig: {
      EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: network.agentAddress } } },
    },
  };
}

/**
 * Creates a container.
 * @returns its id
 * @throws NameConflict when another container has the name; BotBottleError `BB_IMAGE_MISSING`, `BB_DISK_FULL`, `BB_ENGINE_ERROR`
 */
export async function createContainer(engine: Engine, options: Docker.ContainerCreateOptions): Promise<string> {
  const docker = await engine.docker();
  const name = options.name ?? "";
  try {
    return (await docker.createContainer(options)).id;
  } catch (error) {
    if (isConflict(error) && /already in use/i.test(engineMessage(error))) {
      throw new NameConflict(`a container "${name}" is there already`);
    }
    if (isNotFound(error) && /no such image/i.test(engineMessage(error))) {
      throw new BotBottleError("BB_IMAGE_MISSING", `The image "${options.Image ?? ""}" went away during the launch.`, {
        hint: "Try again: it will be built once more.",
        cause: error,
      });
    }
    throw engineError(error, `create the container "${name}"`);
  }
}

export async function startContainer(engine: Engine, id: string, title: string): Promise<void> {
  const docker = await engine.docker();
  await asking(`start ${title}`, () => docker.getContainer(id).start());
}

/** Creates the agent machine, its disk bounded by the storage driver when that works. */
export async function createAgentMachine(
  engine: Engine,
  inputs: Omit<AgentMachineInputs, "limitDisk">,
): Promise<{ readonly id: string; readonly diskIsLimited: boolean }> {
  if (inputs.info.mayLimitDisk) {
    try {
      return { id: await createContainer(engine, agentMachine({ ...inputs, limitDisk: true })), diskIsLimited: true };
    } catch (error) {
      const cause: unknown = BotBottleError.is(error) ? error.cause : undefined;
      if (engineStatus(cause) === undefined || !/storage-opt|quota|not supported/i.test(engineMessage(cause)))
        throw error;
    }
  }
  return { id: await createContainer(engine, agentMachine({ ...inputs, limitDisk: false })), diskIsLimited: false };
}
