import { BotBottleError, LABEL_PREFIX, type ResourceIdentity } from "@bot-bottle/core";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "./client/engine.ts";
import { engineError, engineMessage, engineStatus, isConflict, removing } from "./errors.ts";

const RETRY_MS = 50;
const PATIENCE_MS = 5_000;

/** Tries again while the engine says that the thing is still busy, for a few seconds. */
async function patiently(isBusy: (error: unknown) => boolean, request: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await request();
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
    }
    await delay(RETRY_MS);
  }
}

/** Ends a container and removes it with its anonymous volumes; one that is gone is fine. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  const docker = await engine.docker();
  await removing(`remove the container ${id.slice(0, 12)}`, () =>
    patiently(
      (error) => isConflict(error) && engineMessage(error).includes("already in progress"),
      () => docker.getContainer(id).remove({ force: true, v: true }),
    ),
  );
}

/** Removes a network, as soon as its containers are off it; one that is gone is fine. */
export async function removeNetwork(engine: Engine, id: string): Promise<void> {
  const docker = await engine.docker();
  await removing(`remove the network ${id.slice(0, 12)}`, () =>
    patiently(
      (error) => engineStatus(error) !== undefined && engineMessage(error).includes("active endpoints"),
      () => docker.getNetwork(id).remove(),
    ),
  );
}

export async function removeVolume(engine: Engine, name: string): Promise<void> {
  const docker = await engine.docker();
  await removing(`remove the volume ${name}`, () =>
    patiently(
      (error) => isConflict(error),
      () => docker.getVolume(name).remove(),
    ),
  );
}

/** Waits for all; then throws what failed, several as one under the code of the first. */
export async function all(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = [...new Set(results.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])))];
  const [first, ...others] = failed;
  if (first === undefined) return;
  if (others.length === 0 || !BotBottleError.is(first)) throw first as Error;
  const { code, hint } = first;
  throw new BotBottleError(code, failed.map(engineMessage).join(" "), { hint, cause: new AggregateError(failed) });
}

/**
 * Removes everything of one launch, found by its nonce: also what came into being after its request had failed here.
 * @throws BotBottleError
 */
export async function removeLaunch(
  engine: Engine,
  { owner, nonce }: Pick<ResourceIdentity, "owner" | "nonce">,
): Promise<void> {
  const docker = await engine.docker();
  const label = [`${LABEL_PREFIX}.owner=${owner}`, `${LABEL_PREFIX}.nonce=${nonce}`];
  try {
    const containers = await docker.listContainers({ all: true, filters: { label } });
    await all(containers.map(({ Id }) => removeContainer(engine, Id)));
    const [networks, { Volumes: volumes }] = await Promise.all([
      docker.listNetworks({ filters: { label } }),
      docker.listVolumes({ filters: { label } }),
    ]);
    await all([
      ...networks.map(({ Id }) => removeNetwork(engine, Id)),
      ...((volumes as typeof volumes | null) ?? []).map(({ Name }) => removeVolume(engine, Name)),
    ]);
  } catch (error) {
    throw engineError(error, "remove what was made");
  }
}
