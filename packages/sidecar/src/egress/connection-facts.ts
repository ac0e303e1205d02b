import type { Duplex } from "node:stream";
import type { ClientRequest } from "./client-request.ts";

/** What is known of a connection before its first request. */
export type ConnectionFacts = Pick<ClientRequest, "authority" | "form" | "mismatch">;

const facts = new WeakMap<Duplex, ConnectionFacts>();

export function setConnectionFacts(socket: Duplex, value: ConnectionFacts): void {
  facts.set(socket, value);
}

/** Facts of a connection; one that has none came straight to the proxy's port. */
export function connectionFacts(socket: Duplex): ConnectionFacts {
  return facts.get(socket) ?? { authority: undefined, form: "proxy", mismatch: undefined };
}
