import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import { toError } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import { poolKey, type UpstreamTarget } from "./target.ts";

/** Opens a connection, TLS included, that is ready for a request to the target. */
export type Dial = (target: UpstreamTarget) => Promise<Duplex>;

/** Options of a request through the pool. */
export interface PooledOptions extends ClientRequestArgs {
  readonly target: UpstreamTarget;
}

type Created = (error: Error | null, socket: Duplex) => void;

/** Keep-alive connections to upstreams, bounded in all; those of an older policy generation are never used again. */
export class UpstreamPool extends Agent {
  readonly #dial: Dial;
  #generation = 0;

  constructor(dial: Dial) {
    super({ keepAlive: true, timeout: LIMITS.idleUpstreamMs, maxFreeSockets: LIMITS.idleUpstreamSockets });
    this.#dial = dial;
  }

  /** From now on only connections of this generation are kept; unused ones of older ones are closed. */
  setGeneration(generation: number): void {
    this.#generation = generation;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  override getName(options?: object): string {
    return poolKey((options as PooledOptions).target);
  }

  override createConnection(options: object, done?: Created): Duplex | null | undefined {
    this.#dial((options as PooledOptions).target).then(
      (socket) => done?.(null, Object.assign(socket, { generation: (options as PooledOptions).target.generation })),
      (error: unknown) => (done as ((error: Error) => void) | undefined)?.(toError(error)),
    );
    return undefined;
  }

  /** Asked by Node when a request has left its connection. */
  override keepSocketAlive(socket: Duplex): boolean {
    const { generation } = socket as Duplex & { readonly generation?: number };
    if (generation !== this.#generation) return false;
    const free = Object.values(this.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
    if (free >= LIMITS.idleUpstreamSockets) return false;
    // Typed as returning nothing; says whether the connection may be kept.
    const keep: (socket: Duplex) => unknown = super.keepSocketAlive.bind(this);
    return keep(socket) === true;
  }
}
