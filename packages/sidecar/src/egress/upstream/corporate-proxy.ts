import { request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { LIMITS } from "../../limits.ts";
import { type ConnectAddress, dialAddresses, startTls } from "./dial.ts";
import { UpstreamFailure } from "./failure.ts";
import type { Resolver } from "./resolver.ts";

const WHAT = "the upstream proxy";

/** A proxy of the user's organisation that every connection goes through. */
export interface CorporateProxy {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** value of Proxy-Authorization */
  readonly authorization: string | undefined;
}

/** `Scheme credentials` is taken as it is; `user:password` becomes Basic. */
function proxyAuthorization(secret: string): string {
  return /^[A-Za-z][A-Za-z0-9-]* \S/.test(secret) ? secret : `Basic ${Buffer.from(secret, "utf8").toString("base64")}`;
}

/** @throws TypeError when the URL is not `http(s)://host[:port]` */
export function readCorporateProxy(url: string, secret: string | undefined): CorporateProxy {
  const { protocol, hostname, port, username, password, pathname, search } = new URL(url);
  const secure = protocol === "https:";
  if (!secure && protocol !== "http:") throw new TypeError("the upstream proxy is neither http nor https");
  if (username !== "" || password !== "" || pathname !== "/" || search !== "") {
    throw new TypeError("the upstream proxy is more than a scheme, a host and a port");
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    secure,
    authorization: secret === undefined ? undefined : proxyAuthorization(secret),
  };
}

const isAddress = (host: string): boolean => host.includes(":") || /^\d+(?:\.\d+){3}$/.test(host);

/** A connection to the proxy itself. Its own address needs no check: the user wrote it down. */
export async function dialProxy(
  proxy: CorporateProxy,
  io: { readonly connect: ConnectAddress; readonly resolver: Resolver; readonly trust: SecureContext },
): Promise<Socket> {
  const addresses = isAddress(proxy.host) ? [proxy.host] : await io.resolver.resolve(proxy.host);
  const socket = await dialAddresses(io.connect, addresses, proxy.port, WHAT);
  return proxy.secure ? startTls(socket, proxy.host, io.trust, WHAT) : socket;
}

/** Asks the proxy on an open connection for a tunnel. */
export function openTunnel(socket: Socket, proxy: CorporateProxy, authority: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method: "CONNECT",
      path: authority,
      headers: [
        ...["Host", authority],
        ...(proxy.authorization === undefined ? [] : ["Proxy-Authorization", proxy.authorization]),
      ],
      maxHeaderSize: LIMITS.headerBytes,
      timeout: LIMITS.connectMs,
    });
    const fail = (code: "upstream_failed" | "upstream_timeout", reason: string): void => {
      socket.destroy();
      reject(new UpstreamFailure(code, reason));
    };
    request.on("connect", (response, tunnel: Socket, head) => {
      if (response.statusCode !== 200) {
        fail("upstream_failed", `The upstream proxy refused the tunnel with ${response.statusCode ?? 0}.`);
        return;
      }
      if (head.length > 0) tunnel.unshift(head);
      tunnel.setTimeout(0);
      resolve(tunnel);
    });
    request.on("response", (response) => {
      fail("upstream_failed", `The upstream proxy refused the tunnel with ${response.statusCode ?? 0}.`);
    });
    request.on("timeout", () => {
      fail("upstream_timeout", "The upstream proxy does not answer.");
    });
    request.on("error", () => {
      fail("upstream_failed", "The upstream proxy broke the connection off.");
    });
    request.end();
  });
}
