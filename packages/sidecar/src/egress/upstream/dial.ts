import type { Socket } from "node:net";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import { errorCode } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import { UpstreamFailure } from "./failure.ts";

/** Opens a TCP connection to an address that was checked; never sees a name. */
export type ConnectAddress = (address: string, port: number) => Socket;

const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH|INVALID_(?:PURPOSE|CA)|PATH_LENGTH/;

/** Waits for `event` of a socket that is being opened; a failure or the time limit destroys it. */
function opened<S extends Socket>(socket: S, event: "connect" | "secureConnect", what: string): Promise<S> {
  return new Promise((resolve, reject) => {
    const finish = (failure?: UpstreamFailure): void => {
      clearTimeout(timer);
      socket.removeListener(event, onOpen).removeListener("error", onError).removeListener("close", onClose);
      if (!failure) {
        resolve(socket);
        return;
      }
      socket.on("error", () => undefined).destroy();
      reject(failure);
    };
    const onOpen = (): void => {
      finish();
    };
    const onError = (error: unknown): void => {
      const code = errorCode(error) ?? "unknown error";
      finish(
        event === "secureConnect" && CERTIFICATE_ERROR.test(code)
          ? new UpstreamFailure("upstream_certificate", `The certificate of ${what} is not valid (${code}).`)
          : new UpstreamFailure("upstream_failed", `No connection to ${what} (${code}).`),
      );
    };
    const onClose = (): void => {
      finish(new UpstreamFailure("upstream_failed", `No connection to ${what} (closed early).`));
    };
    const timer = setTimeout(() => {
      finish(new UpstreamFailure("upstream_timeout", `No connection to ${what} in ${LIMITS.connectMs / 1000} s.`));
    }, LIMITS.connectMs);
    socket.on(event, onOpen).on("error", onError).on("close", onClose);
  });
}

/** TCP to the first of the addresses that answers, tried in order. */
export async function dialAddresses(
  connect: ConnectAddress,
  addresses: readonly string[],
  port: number,
  what: string,
): Promise<Socket> {
  let failure: UpstreamFailure | undefined;
  for (const address of addresses.slice(0, LIMITS.connectAttempts)) {
    try {
      const socket = await opened(connect(address, port), "connect", what);
      return socket.setNoDelay(true);
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      failure = error;
    }
  }
  throw failure ?? new UpstreamFailure("unresolved", `No address for ${what}.`);
}

/** TLS on an open connection, verified for `host`. */
export function startTls(socket: Socket, host: string, trust: SecureContext, what: string): Promise<TLSSocket> {
  const secure = connectTls({ socket, servername: host, secureContext: trust, ALPNProtocols: ["http/1.1"] });
  return opened(secure, "secureConnect", what);
}
