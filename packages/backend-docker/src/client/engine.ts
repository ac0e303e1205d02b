import { lookup } from "node:dns/promises";
import type Docker from "dockerode";
import { hostAddresses } from "../host-addresses.ts";
import type { EngineAddress } from "./address.ts";
import type { EngineAgent } from "./engine-agent.ts";
import type { PingAnswer } from "./ping.ts";

export interface EngineInit {
  readonly address: EngineAddress;
  /** where the address came from, e.g. `DOCKER_HOST` */
  readonly origin: string;
  readonly agent: EngineAgent;
  readonly answer: PingAnswer;
}

/** An engine that answered. dockerode is loaded when it is first needed. */
export class Engine {
  readonly address: EngineAddress;
  readonly origin: string;
  readonly answer: PingAnswer;
  readonly #agent: EngineAgent;
  #docker: Promise<Docker> | undefined;

  constructor({ address, origin, agent, answer }: EngineInit) {
    this.address = address;
    this.origin = origin;
    this.answer = answer;
    this.#agent = agent;
  }

  /** Major version, e.g. 20; 0 when the engine does not tell. */
  get majorVersion(): number {
    return Number(this.answer.version?.split(".")[0] ?? 0);
  }

  /** True when the engine's socket is on this machine; the engine itself may still be in a virtual machine on it. */
  get isLocal(): boolean {
    return this.address.kind === "unix";
  }

  docker(): Promise<Docker> {
    this.#docker ??= this.#load();
    return this.#docker;
  }

  async #load(): Promise<Docker> {
    const { default: Dockerode } = await import("dockerode");
    // docker-modem fills what is missing from DOCKER_HOST and its friends, and reads their certificates on the way.
    const host = process.env["DOCKER_HOST"];
    delete process.env["DOCKER_HOST"];
    try {
      return this.#connect(Dockerode);
    } finally {
      if (host !== undefined) process.env["DOCKER_HOST"] = host;
    }
  }

  #connect(Dockerode: typeof Docker): Docker {
    return new Dockerode({
      host: "engine",
      port: 80,
      protocol: "http",
      pathPrefix: "/",
      agent: this.#agent,
      headers: {},
      socketPath: undefined,
      ca: undefined,
      cert: undefined,
      key: undefined,
      timeout: undefined,
      version: undefined,
      username: undefined,
    } as unknown as Docker.DockerOptions);
  }

  /**
   * Addresses of the machine that runs the engine, as far as they can be known from here: all of this machine's for a
   * local engine, the looked-up ones of its name for a remote one.
   */
  async hostAddresses(): Promise<readonly string[]> {
    if (this.address.kind === "unix") return await hostAddresses();
    const found = await lookup(this.address.host, { all: true }).catch(() => []);
    return found.map(({ address }) => address);
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }
}
