import type { AuditListener } from "../audit/trail.ts";
import type { SidecarIo } from "../runtime/io.ts";
import { SidecarRuntime } from "../runtime/runtime.ts";
import { ControlError } from "./control-error.ts";
import { readConfiguration, readFromCount, readPolicy, readValues } from "./read-params.ts";

/** The connection that a call came in on. */
export interface ControlPeer {
  /** sends one audit line as an event */
  readonly sendLine: AuditListener;
  /** runs when the connection is gone */
  onGone(callback: () => void): void;
}

export interface ControlAnswer {
  readonly result: unknown;
  /** runs right after the answer was written */
  readonly afterwards?: (() => void) | undefined;
}

/** The methods of the control protocol. Before `configure` nothing else listens, and `configure` works once. */
export class ControlService {
  readonly #io: SidecarIo;
  #isConfigured = false;
  #runtime: SidecarRuntime | undefined;

  constructor(io: SidecarIo) {
    this.#io = io;
  }

  /** What runs since `configure`; for tests. */
  get runtime(): SidecarRuntime | undefined {
    return this.#runtime;
  }

  /** @throws ControlError; anything else is a fault of the sidecar */
  async call(method: string, params: unknown, peer: ControlPeer): Promise<ControlAnswer> {
    switch (method) {
      case "configure":
        return { result: await this.#configure(params) };
      case "health":
        return { result: this.#health() };
      case "routes.get":
        return { result: this.#running.policy };
      case "routes.apply":
        return { result: this.#applyRoutes(params) };
      case "secrets.set":
        this.#running.setSecrets(readValues(params));
        return { result: {} };
      case "audit.read":
        return { result: this.#running.trail.read(readFromCount(params)) };
      case "audit.end":
        return { result: await this.#running.end() };
      case "events.subscribe":
        return this.#subscribe(params, peer);
      default:
        throw new ControlError("invalid_params", "There is no such method.");
    }
  }

  get #running(): SidecarRuntime {
    if (!this.#runtime) throw new ControlError("not_configured", "The sidecar has not been configured.");
    return this.#runtime;
  }

  async #configure(params: unknown): Promise<unknown> {
    if (this.#isConfigured) throw new ControlError("already_configured", "The sidecar was configured before.");
    const configuration = readConfiguration(params);
    this.#isConfigured = true; // also when it fails from here on: what was found open stays closed
    this.#runtime = await SidecarRuntime.start(configuration, this.#io);
    return { endpoints: this.#runtime.endpoints };
  }

  #health(): unknown {
    const runtime = this.#runtime;
    return {
      configured: runtime !== undefined,
      generation: runtime?.policy.generation ?? 0,
      openConnections: runtime?.openConnections ?? 0,
      rssBytes: process.memoryUsage.rss(),
      audit: runtime?.trail.head ?? { count: 0, hash: "" },
    };
  }

  #applyRoutes(params: unknown): unknown {
    const running = this.#running;
    const policy = readPolicy(params);
    if (running.trail.ended) throw new ControlError("ended", "The bottle has been ended.");
    try {
      return { generation: running.applyPolicy(policy) };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new ControlError("invalid_params", `The policy cannot be used: ${error.message}.`);
    }
  }

  #subscribe(params: unknown, peer: ControlPeer): ControlAnswer {
    const { page, start, stop } = this.#running.trail.subscribe(readFromCount(params), peer.sendLine);
    peer.onGone(stop);
    return { result: page, afterwards: start };
  }
}
