import type { AuditedRequest, Refusal } from "@bot-bottle/core";
import type { EgressAudit } from "../context.ts";
import type { Outcome } from "./forward.ts";

const MAX_QUERY_KEYS = 64;
const MAX_KEY_LENGTH = 64;
const MAX_HOST_LENGTH = 300;
const SHOWN_VALUE_LENGTH = 24;
const HIDDEN_VALUES = /authorization|cookie|key|token|secret|password|credential/;

/** A request as far as it could be read. */
export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  readonly port: number;
  /** path and query, as sent; empty for CONNECT */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  return target.split("?", 1)[0] ?? "";
}

function queryKeys(target: string): string[] {
  const start = target.indexOf("?");
  if (start < 0) return [];
  return target
    .slice(start + 1)
    .split("&", MAX_QUERY_KEYS)
    .map((pair) => (pair.split("=", 1)[0] ?? "").slice(0, MAX_KEY_LENGTH));
}

function describe(
  { method, host, port, target, headers }: SeenRequest,
  { level, redact }: EgressAudit,
): AuditedRequest {
  const clean = redact();
  const shown = headers.map(([name, value]): readonly [string, string] => {
    if (HIDDEN_VALUES.test(name)) return [clean(name), "…"];
    const text = clean(value);
    return [clean(name), text.length > SHOWN_VALUE_LENGTH ? `${text.slice(0, SHOWN_VALUE_LENGTH)}…` : text];
  });
  return {
    method: clean(method),
    host: clean(host).slice(0, MAX_HOST_LENGTH),
    port,
    path: clean(pathOf(target)),
    query: queryKeys(clean(target)),
    ...(level === 2 ? { headers: shown } : {}),
  };
}

/** Last stage of a refused request; always written or counted, whatever the level. */
export function auditRefusal(request: SeenRequest, refusal: Refusal, audit: EgressAudit): void {
  audit.refusals.add(describe(request, audit), refusal);
}

/** Last stage of a request that went out. */
export function auditRequest(
  request: SeenRequest,
  rule: string,
  generation: number,
  { status, durationMs, bytesOut, bytesIn, aborted }: Outcome,
  audit: EgressAudit,
): void {
  if (audit.level === 0) return;
  const ended = { status, durationMs, bytesOut, bytesIn, ...(aborted === undefined ? {} : { aborted }) };
  audit.write({ type: "request", ...describe(request, audit), rule, generation, ...ended });
}
