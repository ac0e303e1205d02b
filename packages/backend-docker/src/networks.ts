import { randomInt } from "node:crypto";
import { BotBottleError, labelsOf, NameConflict, type ResourceIdentity, type ResourceRole } from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { asking, engineError, engineMessage, engineStatus, isConflict } from "./errors.ts";
import { hostRanges } from "./host-routes.ts";
import { resourceName } from "./names.ts";
import { addressAt, type Cidr, formatCidr, parseCidr, slotCount, SlotPicker } from "./subnets.ts";

/** Attempts to find a free subnet before giving up. */
const MAX_ATTEMPTS = 16;
const BRIDGE = "com.docker.network.bridge";

export type NetworkRole = Extract<ResourceRole, "internal-network" | "egress-network" | "build-network">;

/** A network on the engine; used by its id, because older engines allow two of one name. */
export interface BottleNetwork {
  readonly id: string;
  readonly name: string;
  /** CIDR */
  readonly subnet: string;
  readonly gateway: string;
  /** address for the sidecar */
  readonly sidecarAddress: string;
  /** address for the agent */
  readonly agentAddress: string;
}

const OVERLAP = /overlap|pool .*in use|conflicts with network/i;

/**
 * Options of a network by what it is for. The internal one has no gateway address, or the agent would reach services of
 * the host by it; containers on it must talk to each other. Nobody but the sidecar belongs on the egress one.
 */
export function networkOptions(role: NetworkRole, engineMajor: number): Record<string, string> {
  if (role === "internal-network") {
    return engineMajor >= 27
      ? { [`${BRIDGE}.gateway_mode_ipv4`]: "isolated", [`${BRIDGE}.gateway_mode_ipv6`]: "isolated" }
      : { [`${BRIDGE}.inhibit_ipv4`]: "true", [`${BRIDGE}.enable_ip_masquerade`]: "false" };
  }
  return { [`${BRIDGE}.enable_icc`]: "false" };
}

function poolError(pool: string, why: string): BotBottleError {
  return new BotBottleError("BB_NETWORK_POOL", `No network for the bottle can be taken from "${pool}": ${why}.`, {
    hint: "Run `bot-bottle cleanup`, or set another range in `network_pool` of ~/.bot-bottle/config.yml.",
  });
}

/** Ranges of all networks that an engine has. */
export async function engineRanges(engine: Engine): Promise<readonly Cidr[]> {
  const docker = await engine.docker();
  const networks = await asking("list its networks", () => docker.listNetworks());
  return networks
    .flatMap(({ IPAM }) => IPAM?.Config ?? [])
    .map(({ Subnet }) => parseCidr(Subnet ?? ""))
    .filter((range) => range !== undefined);
}

/** The pool as a range. @throws BotBottleError `BB_NETWORK_POOL` when it is none, or too small for one bottle */
export function parsePool(pool: string): Cidr {
  const range = parseCidr(pool);
  if (range === undefined) throw poolError(pool, "it is not an IPv4 range such as 10.203.0.0/16");
  if (slotCount(range) < 2) throw poolError(pool, "it is too small, a bottle takes two /28 (/27 is the smallest pool)");
  return range;
}

/** Makes the networks of one launch. */
export class NetworkMaker {
  readonly #engine: Engine;
  readonly #identity: Omit<ResourceIdentity, "role">;
  readonly #pool: string;
  #picker: Promise<SlotPicker> | undefined;

  /** @param pool CIDR from which subnets are taken */
  constructor(engine: Engine, identity: Omit<ResourceIdentity, "role">, pool: string) {
    this.#engine = engine;
    this.#identity = identity;
    this.#pool = pool;
  }

  /**
   * Makes one network on a free subnet. Which subnets are taken is asked only after the first collision: the pool is
   * large and a launch is in a hurry.
   * @throws BotBottleError `BB_NETWORK_POOL`; NameConflict
   */
  async make(role: NetworkRole, signal: AbortSignal): Promise<BottleNetwork> {
    this.#picker ??= this.#newPicker();
    const picker = await this.#picker;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      signal.throwIfAborted();
      const slot = picker.next();
      if (slot === undefined) throw poolError(this.#pool, "every subnet in it is taken");
      const network = await this.#create(role, slot);
      if (network !== undefined) return network;
      picker.avoid(await engineRanges(this.#engine));
    }
    throw poolError(this.#pool, `${MAX_ATTEMPTS} subnets in a row were taken`);
  }

  async #newPicker(): Promise<SlotPicker> {
    const pool = parsePool(this.#pool);
    return new SlotPicker(pool, this.#engine.isLocal ? await hostRanges(pool) : [], (below) => randomInt(below));
  }

  /** @returns undefined when the subnet turned out to be taken */
  async #create(role: NetworkRole, slot: Cidr): Promise<BottleNetwork | undefined> {
    const docker = await this.#engine.docker();
    const name = resourceName(this.#identity.slug, role);
    const subnet = formatCidr(slot);
    const gateway = addressAt(slot, 1);
    try {
      const { id } = await docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: "bridge",
        Internal: role === "internal-network",
        EnableIPv6: false,
        IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: gateway }] },
        Options: networkOptions(role, this.#engine.majorVersion),
        Labels: labelsOf({ ...this.#identity, role }),
      });
      return { id, name, subnet, gateway, sidecarAddress: addressAt(slot, 2), agentAddress: addressAt(slot, 3) };
    } catch (error) {
      if (engineStatus(error) !== undefined && OVERLAP.test(engineMessage(error))) return undefined;
      if (isConflict(error)) throw new NameConflict(`a network "${name}" is there already`);
      throw engineError(error, `make the network "${name}"`);
    }
  }
}
