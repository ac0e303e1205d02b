/** A proxy without a policy on port 9099: what the sidecar would be without its guards. */
import { createServer, request } from "node:http";
import { connect } from "node:net";

const proxy = createServer((incoming, answer) => {
  const { method, headers, url } = incoming;
  const forwarded = request(url, { method, headers }, (response) => {
    answer.writeHead(response.statusCode, response.headers);
    response.pipe(answer);
  });
  forwarded.on("error", () => answer.destroy());
  incoming.pipe(forwarded);
});
proxy.on("connect", ({ url }, client, head) => {
  const [, host, port] = /^(.*):(\d+)$/.exec(url);
  const upstream = connect({ host: host.replace(/^\[|\]$/g, ""), port: Number(port) });
  upstream.on("connect", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.write(head);
    client.pipe(upstream).pipe(client);
  });
  upstream.on("error", () => client.destroy());
  client.on("error", () => upstream.destroy());
});
proxy.listen(9099, "::");
