import { CONTROL_SOCKET, labelsOf, type ResourceIdentity, SIDECAR_HOSTS, SIDECAR_UIDS } from "@bot-bottle/core";
import type Docker from "dockerode";
import { dirname } from "node:path/posix";
import type { Engine } from "./client/engine.ts";
import { asking } from "./errors.ts";
import type { BottleNetwork } from "./networks.ts";
import type { Container } from "./open-exec.ts";

const MIB = 1024 * 1024;

/** Bounds of a sidecar; `docs/limits.md` lists them. */
const SIDECAR_LIMITS = { memoryBytes: 512 * MIB, pids: 256, runBytes: 16 * MIB, logBytes: 1 * MIB } as const;

export interface SidecarInputs {
  readonly name: string;
  readonly image: string;
  /** the bottle's internal network */
  readonly network: BottleNetwork;
  readonly identity: Omit<ResourceIdentity, "role">;
}

/**
 * What the engine is asked for as the sidecar: on the internal network alone. Its way out is added while its program
 * starts, because making that network and starting on two take as long again. Pure.
 */
export function sidecarMachine({ name, image, network, identity }: SidecarInputs): Docker.ContainerCreateOptions {
  const { proxy } = SIDECAR_UIDS;
  const { memoryBytes, pids, runBytes, logBytes } = SIDECAR_LIMITS;
  return {
    name,
    Image: image,
    Hostname: "sidecar",
    User: `${proxy}:${proxy}`,
    Labels: labelsOf({ ...identity, role: "sidecar" }),
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: network.id,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: pids,
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      Sysctls: { "net.ipv4.ip_forward": "0", "net.ipv4.ip_unprivileged_port_start": "0" },
      Tmpfs: {
        [dirname(dirname(CONTROL_SOCKET))]:
          `rw,noexec,nosuid,nodev,size=${runBytes},mode=0755,uid=${proxy},gid=${proxy}`,
      },
      IpcMode: "private",
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": String(logBytes), "max-file": "1" } },
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [network.id]: {
          IPAMConfig: { IPv4Address: network.sidecarAddress },
          Aliases: Object.values(SIDECAR_HOSTS),
        },
      },
    },
  };
}

export interface WayOut {
  readonly id: string;
  /** the sidecar's address there; chosen by the engine when absent */
  readonly address?: string | undefined;
  readonly gateways: readonly string[];
  /** made for this bottle, to be removed with it */
  readonly isOurs: boolean;
}

/** Joins a running sidecar to its way out. The internal network has no gateway, so the default route leads out there. */
export async function joinWayOut(engine: Engine, containerId: string, { id, address }: WayOut): Promise<void> {
  const docker = await engine.docker();
  await asking("give the sidecar its way out", () =>
    docker.getNetwork(id).connect({
      Container: containerId,
      EndpointConfig: address === undefined ? {} : { IPAMConfig: { IPv4Address: address } },
    }),
  );
}

/** The last lines of a sidecar's log; empty when there is none to be had. */
export async function sidecarLog({ engine, id }: Container): Promise<string> {
  const docker = await engine.docker();
  try {
    const log = await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 10, follow: false });
    return log.toString();
  } catch {
    return "";
  }
}
