import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { LeafCache } from "../ca/leaf-cache.ts";
import { LIMITS } from "../limits.ts";
import { readHost } from "./authority.ts";

export interface AcceptedTls {
  readonly socket: TLSSocket;
  /** normalised name that the client asked for; undefined when it asked for none, or for something that is no name */
  readonly serverName: string | undefined;
}

function nameOf(serverName: string | false | null | undefined): string | undefined {
  if (serverName === undefined || serverName === null || serverName === false) return undefined;
  const read = readHost(serverName);
  return "host" in read ? read.host : undefined;
}

/**
 * Answers a TLS handshake as the host that the client names, or as `fallbackHost` when it names none. A name that is
 * not the connection's own is answered too, so that the refusal inside can be read.
 * @returns undefined when no handshake came about; the connection is gone then
 */
export function acceptTls(raw: Socket, leaves: LeafCache, fallbackHost: string): Promise<AcceptedTls | undefined> {
  return new Promise((resolve) => {
    const socket = new TLSSocket(raw, {
      isServer: true,
      requestCert: false,
      secureContext: leaves.contextFor(fallbackHost),
      ALPNProtocols: ["http/1.1"],
      SNICallback(serverName: string, done: (error: Error | null, context?: SecureContext) => void) {
        done(null, leaves.contextFor(nameOf(serverName) ?? fallbackHost));
      },
    });
    const finish = (accepted: AcceptedTls | undefined): void => {
      clearTimeout(timer);
      socket.removeListener("close", onFailure);
      if (!accepted) socket.destroy();
      resolve(accepted);
    };
    const onFailure = (): void => {
      finish(undefined);
    };
    const timer = setTimeout(onFailure, LIMITS.clientHandshakeMs);
    socket.on("error", () => socket.destroy());
    socket.once("_tlsError", onFailure);
    socket.once("close", onFailure);
    socket.once("secure", () => {
      const { servername } = socket as TLSSocket & { readonly servername?: string | false | null };
      finish({ socket: socket.setNoDelay(true), serverName: nameOf(servername) });
    });
  });
}
