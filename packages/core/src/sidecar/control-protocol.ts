import type { EgressPolicy } from "../policy/route.ts";

/** Certificate authority of one launch, PEM. The key exists in the launching process and the sidecar only. */
export interface AuthorityMaterial {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Where the sidecar stands, as the backend found it. */
export interface SidecarNetwork {
  /** address of the internal leg; listeners bind it and nothing else */
  readonly listenAddress: string;
  /** CIDR of the internal network; peers outside it are dropped */
  readonly internalSubnet: string;
  /** addresses of the machine that runs the engine, never reached */
  readonly hostAddresses: readonly string[];
  /** gateways of both networks, never reached */
  readonly gateways: readonly string[];
  /** addresses of the internal leg that must not answer, or the wall is open and `configure` fails with `wall_open` */
  readonly silentAddresses: readonly string[];
}

export interface UpstreamConfiguration {
  /** corporate proxy, `http://host:port` or `https://host:port` without userinfo */
  readonly proxy?: { readonly url: string; readonly authSecretKey?: string | undefined } | undefined;
  /** extra root certificates, PEM */
  readonly caCertificates: readonly string[];
}

/** Position in the audit chain from which the sidecar carries on. */
export interface AuditHead {
  /** number of records before the next one */
  readonly count: number;
  /** hex SHA-256 of the last record, or the genesis hash */
  readonly hash: string;
}

/** Parameters of `configure`; the only message that carries secret values besides `secrets.set`. */
export interface SidecarConfiguration {
  readonly slug: string;
  readonly generation: number;
  readonly policy: EgressPolicy;
  /** values by `secretKey(ref)` */
  readonly secrets: Readonly<Record<string, string>>;
  readonly authority: AuthorityMaterial;
  readonly network: SidecarNetwork;
  readonly upstream: UpstreamConfiguration;
  readonly audit: AuditHead & {
    /** this configuration follows a crash of the sidecar */
    readonly restarted: boolean;
    /** hex key of the per-bottle HMAC that stands in for values in the trail */
    readonly redactionKey: string;
  };
  /** 0 refusals only, 1 every request, 2 with headers, values cut */
  readonly logLevel: 0 | 1 | 2;
}

export interface SidecarEndpoints {
  /** `http://egress:9099` */
  readonly egress: string;
  /** address that answers DNS */
  readonly dns: string;
}

export interface SidecarHealth {
  readonly configured: boolean;
  readonly generation: number;
  readonly openConnections: number;
  readonly rssBytes: number;
  readonly audit: AuditHead;
}

export interface AuditPage {
  /** whole records, one JSON document each, without line ends */
  readonly lines: readonly string[];
  readonly head: AuditHead;
  /** records lost from the bounded spool before the first line; their number is in the trail too */
  readonly dropped: number;
}

/** Method name → parameters and result; JSON-RPC 2.0, one message a line. */
export interface ControlMethods {
  readonly configure: { params: SidecarConfiguration; result: { endpoints: SidecarEndpoints } };
  readonly "routes.get": { params: Record<string, never>; result: { generation: number; policy: EgressPolicy } };
  readonly "routes.apply": { params: { policy: EgressPolicy }; result: { generation: number } };
  readonly "secrets.set": { params: { values: Readonly<Record<string, string>> }; result: Record<string, never> };
  readonly "events.subscribe": { params: { fromCount: number }; result: AuditPage };
  readonly "audit.read": { params: { fromCount: number }; result: AuditPage };
  /** closes every listener, flushes folded counts and writes the last record `end {count}` */
  readonly "audit.end": { params: Record<string, never>; result: AuditPage };
  readonly health: { params: Record<string, never>; result: SidecarHealth };
}
export type ControlMethod = keyof ControlMethods;

/** Notification `event`, sent to subscribers. */
export interface ControlEvent {
  readonly type: "audit";
  readonly line: string;
}

/** Largest control message in bytes; a longer line closes the channel. */
export const MAX_CONTROL_MESSAGE_BYTES = 8 * 1024 * 1024;
