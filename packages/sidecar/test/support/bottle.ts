import { connect as connectTcp, type Socket } from "node:net";
import {
  type AuditRecord,
  type AuthorityMaterial,
  type EgressRoute,
  genesisHead,
  type ProviderRule,
  type SidecarConfiguration,
} from "@bot-bottle/core";
import { mintAuthority } from "../../src/ca/authority.ts";
import { ControlService } from "../../src/control/service.ts";
import type { SidecarIo } from "../../src/runtime/io.ts";
import type { SidecarRuntime } from "../../src/runtime/runtime.ts";
import { originAuthority } from "./origin.ts";

/** A public address that stands for every origin; connections to it end at 127.0.0.1. */
export const PUBLIC_ADDRESS = "93.184.216.34";
export const launch = { slug: "dev-abcde", nonce: "nonce" };

export function route(host: string, change: Partial<EgressRoute> = {}): EgressRoute {
  const port = change.port ?? 443;
  return {
    id: `${host}:${port}`,
    host,
    port,
    scheme: "https",
    from: "test",
    agentCredentials: false,
    matches: [],
    git: { fetch: false },
    websocket: true,
    allowPrivate: [],
    ...change,
  };
}

export interface BottleOptions {
  readonly routes?: readonly EgressRoute[];
  readonly providerRules?: readonly ProviderRule[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** local port behind every checked connection, by the port that was asked for */
  readonly origins?: Readonly<Record<number, number>>;
  readonly lookup?: (host: string) => Promise<readonly string[]>;
  readonly connect?: SidecarIo["connect"];
  readonly change?: (configuration: SidecarConfiguration) => SidecarConfiguration;
}

export interface TestBottle {
  readonly service: ControlService;
  readonly runtime: SidecarRuntime;
  readonly authority: AuthorityMaterial;
  /** addresses and ports that were connected to */
  readonly dialled: string[];
  readonly looked: string[];
  /** connections of the test to the bottle; cut when it is closed */
  readonly clients: Socket[];
  call(method: string, params?: unknown): Promise<unknown>;
  records(): readonly AuditRecord[];
  close(): Promise<void>;
}

const peer = { sendLine: () => undefined, onGone: () => undefined };
let authority: Promise<AuthorityMaterial> | undefined;

/** A test's own way into the network: names from a table, and every checked address is at home. */
export function testIo(options: BottleOptions, dialled: string[], looked: string[]): SidecarIo {
  return {
    async lookup(host) {
      looked.push(host);
      return options.lookup ? options.lookup(host) : [PUBLIC_ADDRESS];
    },
    connect(address, port) {
      dialled.push(`${address}:${port}`);
      return options.connect?.(address, port) ?? connectTcp(options.origins?.[port] ?? 1, "127.0.0.1");
    },
    ports: { proxy: 0, https: 0, http: 0, dns: 0 },
    auditFallback: () => undefined,
  };
}

export async function configurationOf(options: BottleOptions): Promise<SidecarConfiguration> {
  authority ??= mintAuthority("dev-abcde");
  const configuration: SidecarConfiguration = {
    slug: launch.slug,
    generation: 1,
    policy: { routes: options.routes ?? [], providerRules: options.providerRules ?? [] },
    secrets: options.secrets ?? {},
    authority: await authority,
    network: {
      listenAddress: "127.0.0.1",
      internalSubnet: "127.0.0.0/8",
      hostAddresses: ["198.18.0.1"],
      gateways: [],
      silentAddresses: [],
    },
    upstream: { caCertificates: [(await originAuthority()).authority.certificate] },
    audit: { ...genesisHead(launch), restarted: false, redactionKey: "00".repeat(32) },
    logLevel: 1,
  };
  return options.change?.(configuration) ?? configuration;
}

/** A configured sidecar in this process, on loopback. */
export async function startBottle(options: BottleOptions): Promise<TestBottle> {
  const dialled: string[] = [];
  const looked: string[] = [];
  const clients: Socket[] = [];
  const service = new ControlService(testIo(options, dialled, looked));
  const configuration = await configurationOf(options);
  await service.call("configure", configuration, peer);
  const { runtime } = service;
  if (!runtime) throw new Error("not configured");
  return {
    service,
    runtime,
    authority: configuration.authority,
    dialled,
    looked,
    clients,
    call: async (method, params = {}) => (await service.call(method, params, peer)).result,
    records: () => runtime.trail.read(0).lines.map((line) => JSON.parse(line) as AuditRecord),
    async close() {
      for (const client of clients) client.destroy();
      await runtime.end();
    },
  };
}
