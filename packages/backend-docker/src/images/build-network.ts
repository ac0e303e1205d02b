import type { Engine } from "../client/engine.ts";
import type { NetworkMaker } from "../networks.ts";
import { removeNetwork } from "../remove.ts";

/** The network for RUN of one launch's builds: made when the first build needs it, removed when all are done. */
export class BuildNetwork {
  readonly #engine: Engine;
  readonly #networks: NetworkMaker;
  #made: Promise<string> | undefined;

  constructor(engine: Engine, networks: NetworkMaker) {
    this.#engine = engine;
    this.#networks = networks;
  }

  /** @returns its id */
  async id(signal: AbortSignal): Promise<string> {
    this.#made ??= this.#networks.make("build-network", signal).then(({ id }) => id);
    return await this.#made;
  }

  async remove(): Promise<void> {
    if (this.#made === undefined) return;
    const id = await this.#made.catch(() => undefined);
    this.#made = undefined;
    if (id !== undefined) await removeNetwork(this.#engine, id);
  }
}
