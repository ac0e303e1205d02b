import { CONTROL_SOCKET, labelsOf, type ResourceIdentity, SIDECAR_HOSTS, SIDECAR_UIDS } from "@bot-bottle/core";
import type Docker from "dockerode";
import { dirname } from "node:path/posix";
import type { Engine } from "./client/engine.ts";
import { asking } from "./errors.ts";
import type { BottleNetwork } from "./networks.ts";

const MIB = 1024 * 1024;

/** Bounds of a sidecar; `docs/limits.md` lists them. */
const SIDECAR_LIMITS = { memoryBytes: 512 * MIB, pids: 256, runBytes: 16 * MIB, logBytes: 1 * MIB } as const;

export interface SidecarInputs {
  readonly name: string;
  readonly image: string;
  /** network with the way out, by id */
  readonly wayOut: { readonly id: string; readonly address?: string | undefined };
  readonly identity: Omit<ResourceIdentity, "role">;
}

/** What the engine is asked for as the sidecar; it is joined to the internal network before it starts. Pure. */
export function sidecarMachine({ name, image, wayOut, identity }: SidecarInputs): Docker.ContainerCreateOptions {
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
      NetworkMode: wayOut.id,
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
        [wayOut.id]: wayOut.address === undefined ? {} : { IPAMConfig: { IPv4Address: wayOut.address } },
      },
    },
  };
}

/** Joins the sidecar to the bottle's internal network. Made on the other network first, it has its default route there. */
export async function joinInternal(engine: Engine, containerId: string, network: BottleNetwork): Promise<void> {
  const docker = await engine.docker();
  await asking("join the sidecar to the bottle's network", () =>
    docker.getNetwork(network.id).connect({
      Container: containerId,
      EndpointConfig: {
        IPAMConfig: { IPv4Address: network.sidecarAddress },
        Aliases: Object.values(SIDECAR_HOSTS),
      },
    }),
  );
}

/** The last lines of a sidecar's log; empty when there is none to be had. */
export async function sidecarLog(engine: Engine, containerId: string): Promise<string> {
  const docker = await engine.docker();
  try {
    const log = await docker.getContainer(containerId).logs({ stdout: true, stderr: true, tail: 10, follow: false });
    return log.toString();
  } catch {
    return "";
  }
}
