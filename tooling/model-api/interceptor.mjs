import { once } from "node:events";
import { createServer } from "node:http";
import { mintAuthority } from "./image/certificate.mjs";
import { createModelApi } from "./image/server.mjs";
import { DEFAULT_HOSTS } from "./start.mjs";

/**
 * A proxy that ends every tunnel itself and answers it as the model API, whatever host was asked for: the whole of what
 * a program says to the outside, without an outside.
 * @param options.decide answers a request in place of the model API; undefined leaves it to the API
 * @returns the proxy's URL, the PEM certificate to trust, the live log of requests and of CONNECT authorities, `close`
 */
export async function startInterceptor({ decide = () => undefined, ...options } = {}) {
  const authority = mintAuthority();
  const requests = [];
  const connects = [];
  const sockets = new Set();
  const onRequest = (entry, body) => {
    requests.push(entry);
    return decide(entry, body);
  };
  const api = createModelApi({ ...options, hosts: DEFAULT_HOSTS, authority, onRequest });
  // A plain-HTTP request reaches the proxy in absolute form, and is answered like any other.
  const proxy = createServer((req, res) => void api.emit("request", req, res));
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  });
  proxy.on("connect", (req, socket, head) => {
    connects.push(req.url);
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    socket.unshift(head);
    api.emit("connection", socket);
  });
  api.on("tlsClientError", () => undefined);
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const close = async () => {
    if (!proxy.listening) return;
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await once(proxy, "close");
  };
  return {
    proxyUrl: `http://127.0.0.1:${proxy.address().port}`,
    caCertificate: authority.cert,
    requests,
    connects,
    close,
    [Symbol.asyncDispose]: close,
  };
}
