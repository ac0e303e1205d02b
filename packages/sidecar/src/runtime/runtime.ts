import { setImmediate } from "node:timers/promises";
import {
  type AuditPage,
  type EgressPolicy,
  SIDECAR_HOSTS,
  SIDECAR_PORTS,
  type SidecarConfiguration,
  type SidecarEndpoints,
  toError,
} from "@bot-bottle/core";
import { CountedEvents } from "../audit/counted.ts";
import { createRedactor, type Redactor } from "../audit/redactor.ts";
import { RefusalLog } from "../audit/refusal-log.ts";
import { AuditTrail } from "../audit/trail.ts";
import { LeafCache } from "../ca/leaf-cache.ts";
import { ControlError } from "../control/control-error.ts";
import { probeWall } from "../control/wall-probe.ts";
import { type DnsServer, startDnsServer } from "../dns/server.ts";
import type { EgressContext } from "../egress/context.ts";
import { type EgressListeners, startEgress } from "../egress/listeners.ts";
import { type CorporateProxy, readCorporateProxy } from "../egress/upstream/corporate-proxy.ts";
import { createDialer } from "../egress/upstream/dialer.ts";
import { UpstreamPool } from "../egress/upstream/pool.ts";
import { Resolver } from "../egress/upstream/resolver.ts";
import { upstreamTrust } from "../egress/upstream/trust.ts";
import { LIMITS } from "../limits.ts";
import type { SidecarIo } from "./io.ts";
import { PolicyHolder } from "./policy-holder.ts";
import { MemorySecrets } from "./secrets.ts";
import { subnetTest } from "./subnet.ts";

interface DnsFacts {
  readonly name: string;
  readonly outcome: "denied" | "over_rate" | "malformed";
}

const OWN_NAMES: ReadonlySet<string> = new Set(Object.values(SIDECAR_HOSTS));
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Everything that runs once the sidecar is configured. */
export class SidecarRuntime {
  readonly trail: AuditTrail;
  readonly #configuration: SidecarConfiguration;
  readonly #policy: PolicyHolder;
  readonly #secrets: MemorySecrets;
  readonly #context: EgressContext;
  readonly #refusals: RefusalLog;
  readonly #dnsDenials = new CountedEvents<DnsFacts>(LIMITS.foldedKeys, { name: "(other)", outcome: "denied" });
  readonly #flushTimer: NodeJS.Timeout;
  #redactor: Redactor;
  #corporateProxy: CorporateProxy | undefined;
  #listeners: EgressListeners | undefined;
  #dns: DnsServer | undefined;
  #isOpen = false;
  #isClosed = false;

  private constructor(configuration: SidecarConfiguration, io: SidecarIo) {
    const { audit, authority, generation, logLevel, network, policy, secrets, upstream } = configuration;
    this.#configuration = configuration;
    this.#policy = new PolicyHolder(policy, generation);
    this.#secrets = new MemorySecrets(secrets);
    this.#redactor = createRedactor(this.#secrets.all(), audit.redactionKey);
    this.#corporateProxy = this.#readProxy();
    this.trail = new AuditTrail({ count: audit.count, hash: audit.hash }, io.auditFallback);
    this.#refusals = new RefusalLog((entry) => {
      this.trail.write(entry);
    });
    const isInside = subnetTest(network.internalSubnet);
    const resolver = new Resolver(io.lookup);
    const trust = once(() => upstreamTrust(upstream.caCertificates));
    const pool = new UpstreamPool(
      createDialer({ connect: io.connect, resolver, trust, proxy: () => this.#corporateProxy }),
    );
    pool.setGeneration(generation);
    this.#context = {
      policy: () => this.#policy.state,
      secrets: this.#secrets,
      leaves: new LeafCache(authority),
      resolver,
      pool,
      corporateProxy: () => this.#corporateProxy,
      forbidden: [network.internalSubnet, network.listenAddress, ...network.hostAddresses, ...network.gateways],
      audit: {
        level: logLevel,
        write: (entry) => {
          this.trail.write(entry);
        },
        refusals: this.#refusals,
        redact: () => this.#redactor,
      },
      open: new Set(),
      load: { exchanges: 0 },
      isPeer: (address) => this.#isOpen && isInside(address),
    };
    this.#flushTimer = setInterval(() => {
      this.#flush();
    }, LIMITS.foldMs).unref();
  }

  /**
   * Opens the doors; nothing is served before the wall was found closed.
   * @throws ControlError `invalid_params` or `wall_open`; nothing listens then
   */
  static async start(configuration: SidecarConfiguration, io: SidecarIo): Promise<SidecarRuntime> {
    let runtime: SidecarRuntime;
    try {
      runtime = new SidecarRuntime(configuration, io);
    } catch (error) {
      // Messages of these are our own or name a field; TLS and key errors of Node hold no input.
      const why = error instanceof TypeError ? error.message : "a certificate or key cannot be read";
      throw new ControlError("invalid_params", `The configuration cannot be used: ${why}.`);
    }
    try {
      await runtime.#open(io);
    } catch (error) {
      runtime.#close();
      throw error;
    }
    return runtime;
  }

  get endpoints(): SidecarEndpoints {
    return {
      egress: `http://${SIDECAR_HOSTS.egress}:${SIDECAR_PORTS.egress}`,
      dns: this.#configuration.network.listenAddress,
    };
  }

  /** Ports that were bound; fixed in the image, any in tests. */
  get ports(): { readonly proxy: number; readonly https: number; readonly http: number; readonly dns: number } {
    return { proxy: 0, https: 0, http: 0, ...this.#listeners?.ports, dns: this.#dns?.port ?? 0 };
  }

  get policy(): { readonly generation: number; readonly policy: EgressPolicy } {
    const { generation, policy } = this.#policy.state;
    return { generation, policy };
  }

  get openConnections(): number {
    return this.#listeners?.openConnections() ?? 0;
  }

  /** Puts a policy in force and ends every request under way that it would not let through in the same manner. */
  applyPolicy(policy: EgressPolicy): number {
    const { generation } = this.#policy.apply(policy);
    this.#context.pool.setGeneration(generation);
    const outlawed = [...this.#context.open].filter((exchange) => !this.#policy.stillAllows(exchange));
    for (const exchange of outlawed) exchange.abort("The policy changed while the request was under way.");
    const routes = policy.routes.map(({ id }) => id);
    this.trail.write({ type: "routes", generation, routes, closed: outlawed.length });
    return generation;
  }

  setSecrets(values: Readonly<Record<string, string>>): void {
    this.#secrets.set(values);
    this.#redactor = createRedactor(this.#secrets.all(), this.#configuration.audit.redactionKey);
    this.#corporateProxy = this.#readProxy();
    this.trail.write({ type: "secrets", keys: Object.keys(values) });
  }

  /** Closes every door, writes what was counted and the last record. */
  async end(): Promise<AuditPage> {
    for (const exchange of [...this.#context.open]) exchange.abort("The bottle is being ended.");
    this.#close();
    await setImmediate(); // requests that were cut write their records first
    this.#flush();
    return this.trail.end();
  }

  async #open(io: SidecarIo): Promise<void> {
    const { network, slug, audit } = this.#configuration;
    const opening = [
      startEgress(this.#context, network.listenAddress, io.ports).then((listeners) => (this.#listeners = listeners)),
      startDnsServer({
        address: network.listenAddress,
        port: io.ports.dns,
        isPeer: this.#context.isPeer,
        isDeclared: (name) => OWN_NAMES.has(name) || this.#policy.state.compiled.declaresHost(name),
        onDenied: (name, outcome) => {
          this.#dnsDenials.add(`${outcome} ${name}`, { name: this.#redactor(name), outcome });
        },
      }).then((dns) => (this.#dns = dns)),
    ];
    const [answered, ...opened] = await Promise.all([
      probeWall(network.silentAddresses, io.connect),
      ...opening.map((one) => one.then(() => undefined, toError)),
    ]);
    const failure = opened.find((error) => error !== undefined);
    if (failure) throw new ControlError("internal", `The listeners cannot be opened: ${failure.message}.`);
    if (answered.length > 0) {
      throw new ControlError("wall_open", `These addresses answer on the internal network: ${answered.join(", ")}.`);
    }
    const { generation, policy } = this.#policy.state;
    const routes = policy.routes.map(({ id }) => id);
    this.trail.write({ type: audit.restarted ? "restart" : "start", slug, generation, routes });
    this.#isOpen = true;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isOpen = false;
    clearInterval(this.#flushTimer);
    this.#listeners?.close();
    this.#dns?.close();
    this.#context.pool.destroy();
  }

  #flush(): void {
    this.#refusals.flush();
    this.#dnsDenials.flush((counted) => {
      this.trail.write({ type: "dns", ...counted });
    });
  }

  #readProxy(): CorporateProxy | undefined {
    const { proxy } = this.#configuration.upstream;
    if (!proxy) return undefined;
    const secret = proxy.authSecretKey === undefined ? undefined : this.#secrets.get(proxy.authSecretKey);
    if (proxy.authSecretKey !== undefined && secret === undefined) {
      throw new TypeError("the upstream proxy's credential is not among the secrets");
    }
    return readCorporateProxy(proxy.url, secret);
  }
}
