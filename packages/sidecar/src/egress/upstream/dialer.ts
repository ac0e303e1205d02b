import type { SecureContext } from "node:tls";
import { type CorporateProxy, dialProxy, openTunnel } from "./corporate-proxy.ts";
import { type ConnectAddress, dialAddresses, startTls } from "./dial.ts";
import type { Dial } from "./pool.ts";
import type { Resolver } from "./resolver.ts";

export interface DialerParts {
  readonly connect: ConnectAddress;
  readonly resolver: Resolver;
  readonly trust: () => SecureContext;
  readonly proxy: () => CorporateProxy | undefined;
}

/** Ways out: straight to a checked address, or through the corporate proxy, with TLS verified for the host on top. */
export function createDialer({ connect, resolver, trust, proxy: currentProxy }: DialerParts): Dial {
  return async ({ scheme, host, port, addresses }) => {
    const proxy = currentProxy();
    if (!proxy) {
      const socket = await dialAddresses(connect, addresses ?? [], port, host);
      return scheme === "https" ? startTls(socket, host, trust(), host) : socket;
    }
    const socket = await dialProxy(proxy, { connect, resolver, trust: trust() });
    if (scheme === "http") return socket; // asked in absolute form
    return startTls(await openTunnel(socket, proxy, `${host}:${port}`), host, trust(), host);
  };
}
