import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authority } from "./authority.ts";

/** A request of the agent with what its connection says about it. */
export interface ClientRequest {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  /** fixed by CONNECT or the TLS server name; undefined where the request itself names it (absolute form, plain HTTP) */
  readonly authority: Authority | undefined;
  /** `proxy`: absolute form is asked for; `origin`: the connection stands for one host */
  readonly form: "proxy" | "origin";
  /** why every request on this connection is answered 421 */
  readonly mismatch: string | undefined;
  /** the client waits for `100 Continue` before it sends the body */
  readonly expectsContinue: boolean;
}

/** Header fields in order, names in lower case, repeats kept. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** `[name, value, name, value, …]` as pairs with lower-case names. */
export function headerPairs(raw: readonly string[]): HeaderPairs {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  return pairs;
}
