import type { AuditEntry, CompiledPolicy, EgressPolicy, EgressRequest, EgressRoute, Refusal } from "@bot-bottle/core";
import type { LeafCache } from "../ca/leaf-cache.ts";
import type { Redactor } from "../audit/redactor.ts";
import type { RefusalLog } from "../audit/refusal-log.ts";
import type { SecretPatterns } from "../scan/secret-patterns.ts";
import type { CorporateProxy } from "./upstream/corporate-proxy.ts";
import type { UpstreamPool } from "./upstream/pool.ts";
import type { Resolver } from "./upstream/resolver.ts";

/** The policy in force and what was made of it. */
export interface PolicyState {
  readonly policy: EgressPolicy;
  readonly compiled: CompiledPolicy;
  readonly generation: number;
}

/** A request that is on its way. */
export interface OpenExchange {
  readonly request: EgressRequest;
  readonly route: EgressRoute;
  /** ends both sides at once */
  abort(reason: string): void;
}

/** Where requests, refusals and their bytes are written down. */
export interface EgressAudit {
  readonly level: 0 | 1 | 2;
  readonly write: (entry: AuditEntry) => void;
  readonly refusals: RefusalLog;
  readonly redact: () => Redactor;
}

/** The values of this bottle, by `secretKey(ref)`. */
export interface SecretStore {
  get(key: string): string | undefined;
  /** what an answer of a route with this secret may not contain; undefined when the value is too short to look for */
  patterns(key: string): SecretPatterns | undefined;
}

/** All that the stages share. One per sidecar. */
export interface EgressContext {
  readonly policy: () => PolicyState;
  readonly secrets: SecretStore;
  readonly leaves: LeafCache;
  readonly resolver: Resolver;
  readonly pool: UpstreamPool;
  readonly corporateProxy: () => CorporateProxy | undefined;
  /** addresses and CIDRs that are never reached */
  readonly forbidden: readonly string[];
  readonly audit: EgressAudit;
  readonly open: Set<OpenExchange>;
  /** requests between acceptance and end, those that wait for a name included */
  readonly load: { exchanges: number };
  readonly isPeer: (address: string | undefined) => boolean;
}

/** A stage goes on with its result, or ends the request with a refusal. */
export type Staged<T> = T | Refusal;
