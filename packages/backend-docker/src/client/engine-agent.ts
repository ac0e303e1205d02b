import { Agent, type AgentOptions } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { inspect } from "node:util";
import { type EngineAddress, formatEngineAddress } from "./address.ts";
import { SshConnection } from "./ssh-connection.ts";

export interface EngineAgentOptions {
  readonly address: EngineAddress;
  readonly env: NodeJS.ProcessEnv;
  /** absolute path of ssh; needed for an ssh address */
  readonly sshProgram?: string | undefined;
}

/** Opens every connection to one engine, whatever its kind, so that whoever speaks HTTP over it need not know. */
export class EngineAgent extends Agent {
  readonly #options: EngineAgentOptions;

  constructor(options: EngineAgentOptions) {
    super({ keepAlive: true } satisfies AgentOptions);
    this.#options = options;
  }

  override createConnection(): Duplex {
    const { address, env, sshProgram } = this.#options;
    switch (address.kind) {
      case "unix":
        return connect(address.path);
      case "tcp": {
        const { host, port, tls } = address;
        return tls === undefined ? connect(port, host) : connectTls({ host, port, ...tls });
      }
      case "ssh":
        if (sshProgram === undefined) throw new Error("ssh is not installed");
        return new SshConnection(sshProgram, address, env);
    }
  }

  /** docker-modem inspects its options, to any depth, before every request. */
  [inspect.custom](): string {
    return `EngineAgent(${formatEngineAddress(this.#options.address)})`;
  }
}
