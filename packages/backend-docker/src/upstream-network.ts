import { BotBottleError, escapeForDisplay, LABEL_PREFIX } from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { asking } from "./errors.ts";

export interface UpstreamNetwork {
  readonly id: string;
  readonly gateways: readonly string[];
}

function unusable(name: string, why: string): BotBottleError {
  return new BotBottleError("BB_LAUNCH", `The network "${escapeForDisplay(name)}" of egress.upstream ${why}.`, {
    hint: "`docker network ls` shows what the engine has.",
  });
}

/**
 * Finds the network that the manifest names as the sidecar's way out.
 * @throws BotBottleError `BB_LAUNCH` when there is none, several, or one that the sidecar must not join
 */
export async function findUpstreamNetwork(engine: Engine, name: string): Promise<UpstreamNetwork> {
  const docker = await engine.docker();
  const listed = await asking("list its networks", () => docker.listNetworks({ filters: { name: [name] } }));
  const found = listed.filter((network) => network.Name === name); // the filter also matches parts of names
  const [network] = found;
  if (network === undefined) throw unusable(name, "is not on this engine");
  if (found.length > 1) throw unusable(name, "is there more than once");
  if (["host", "null", "none"].includes(network.Driver)) throw unusable(name, "is no network that a sidecar may join");
  // Another bottle's network would join two bottles.
  if (Object.keys(network.Labels ?? {}).some((label) => label.startsWith(`${LABEL_PREFIX}.`))) {
    throw unusable(name, "belongs to a bottle");
  }
  const gateways = (network.IPAM?.Config ?? []).flatMap(({ Gateway }) => (Gateway === undefined ? [] : [Gateway]));
  return { id: network.Id, gateways: gateways.map((gateway) => gateway.replace(/\/.*$/, "")) };
}
