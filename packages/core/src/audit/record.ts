import type { RefusalCode } from "../policy/decision.ts";

/** A request as the trail keeps it: no values of the query, no secret values, control characters escaped by JSON. */
export interface AuditedRequest {
  readonly method: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** names of query parameters, never their values */
  readonly query: readonly string[];
  /** level 2 only; values cut */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
}

/** What happened, before it has a place in the chain. */
export type AuditEntry =
  | {
      readonly type: "start" | "restart";
      readonly slug: string;
      readonly generation: number;
      readonly routes: readonly string[];
    }
  | {
      readonly type: "routes";
      readonly generation: number;
      readonly routes: readonly string[];
      readonly closed: number;
    }
  | { readonly type: "secrets"; readonly keys: readonly string[] }
  | (AuditedRequest & {
      readonly type: "request";
      readonly rule: string;
      readonly generation: number;
      readonly status: number;
      readonly durationMs: number;
      readonly bytesOut: number;
      readonly bytesIn: number;
      /** why the answer ended early, when it did */
      readonly aborted?: string | undefined;
    })
  | (AuditedRequest & {
      readonly type: "refusal";
      readonly code: RefusalCode;
      readonly status: number;
      readonly rule?: string | undefined;
    })
  | {
      /** repeats of a refusal that the trail already has, or refusals past the bound of distinct ones */
      readonly type: "refusals";
      readonly code: RefusalCode | "any";
      readonly host: string;
      readonly rule?: string | undefined;
      readonly quiet: boolean;
      readonly count: number;
      readonly firstAt: string;
      readonly lastAt: string;
    }
  | {
      readonly type: "dns";
      /** the name that was asked for, or `(other)` past the bound of distinct names */
      readonly name: string;
      readonly outcome: "denied" | "over_rate" | "malformed";
      readonly count: number;
      readonly firstAt: string;
      readonly lastAt: string;
    }
  | {
      /** records that the bounded spool let go before anyone read them */
      readonly type: "lost";
      readonly fromSeq: number;
      readonly count: number;
    }
  | {
      readonly type: "end";
      /** records before this one */
      readonly count: number;
    };

/** One record of the chain; `prev` is the hex SHA-256 of the line before, or the genesis hash. */
export type AuditRecord = AuditEntry & {
  readonly seq: number;
  /** ISO 8601 UTC, milliseconds */
  readonly at: string;
  readonly prev: string;
  /** strings or lists of this record were shortened to fit */
  readonly cut?: true;
};
