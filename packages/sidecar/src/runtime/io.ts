import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { SIDECAR_PORTS } from "@bot-bottle/core";
import type { AuditListener } from "../audit/trail.ts";
import type { EgressPorts } from "../egress/listeners.ts";
import type { ConnectAddress } from "../egress/upstream/dial.ts";
import type { Lookup } from "../egress/upstream/resolver.ts";
import { LIMITS } from "../limits.ts";

/** What the sidecar asks of the machine. Tests hand in their own; nothing outside the process can. */
export interface SidecarIo {
  readonly lookup: Lookup;
  readonly connect: ConnectAddress;
  readonly ports: EgressPorts & { readonly dns: number };
  /** gets audit lines while nobody is subscribed */
  readonly auditFallback: AuditListener;
}

export const productionIo: SidecarIo = {
  async lookup(host) {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  },
  connect: (address, port) => connect({ host: address, port, noDelay: true, keepAlive: true }),
  ports: { proxy: SIDECAR_PORTS.egress, https: 443, http: 80, dns: SIDECAR_PORTS.dns },
  auditFallback(line) {
    if (process.stdout.writableLength < LIMITS.stdoutBacklogBytes) process.stdout.write(`${line}\n`);
  },
};
