/**
 * The least that ends TLS between an agent and its API: streams both ways, keeps its connections, one certificate for
 * each host. It decides nothing, looks for nothing and writes nothing down. Runs in a container.
 */
import { createServer } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { createSecureContext, TLSSocket } from "node:tls";
import { issueCertificate } from "../../model-api/image/certificate.mjs";

const { authority, upstreamCa, port } = JSON.parse(process.env.BB_BENCH_INTERCEPTOR);
const agent = new Agent({ keepAlive: true, ca: upstreamCa });
const contexts = new Map();

function contextFor(host) {
  const context = contexts.get(host) ?? createSecureContext(issueCertificate(authority, [host]));
  contexts.set(host, context);
  return context;
}

const inner = createServer({ noDelay: true }, (request, response) => {
  const { method, url, headers } = request;
  const upstream = httpsRequest({ agent, host: headers.host, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  });
  upstream.setNoDelay(true);
  upstream.on("error", () => response.destroy());
  request.pipe(upstream);
});
// As the sidecar answers it, so that both sides go on over HTTPS at once.
inner.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"));

const proxy = createServer();
proxy.on("connect", (request, socket) => {
  socket.on("error", () => socket.destroy());
  socket.setNoDelay(true).write("HTTP/1.1 200 OK\r\n\r\n");
  const secureContext = contextFor(request.url.replace(/:\d+$/, ""));
  const tls = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
  tls.on("error", () => socket.destroy());
  inner.emit("connection", tls);
});
proxy.listen(port);
process.once("SIGTERM", () => process.exit(0));
