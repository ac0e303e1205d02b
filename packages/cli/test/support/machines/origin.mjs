/**
 * A web server that notes everything that reaches it and gives back what it was sent where the path asks for that. On
 * 443 over TLS, on 80 in the clear. Its log, credentials included, is on loopback port 9797. Certificate in ORIGIN.
 */
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { gzipSync } from "node:zlib";

const { key, cert } = JSON.parse(process.env.ORIGIN);
const log = [];

/** Ways to show a caller the credential that came with its request. */
const reflections = {
  body: (response, value) => response.end(`you sent ${value}`),
  header: (response, value) => response.setHeader("x-you-sent", value).end("see the header"),
  cookie: (response, value) => response.setHeader("set-cookie", `last=${value}`).end("see the cookie"),
  location: (response, value) => response.writeHead(302, { location: `/next?${value}` }).end(),
  status: (response, value) => response.writeHead(200, `OK ${value}`).end("see the status"),
  trailer: (response, value) => {
    response.writeHead(200, { trailer: "x-you-sent" });
    response.write("see the trailer");
    response.addTrailers({ "x-you-sent": value });
    response.end();
  },
  gzip: (response, value) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(`you sent ${value}`));
  },
  base64: (response, value) => response.end(Buffer.from(`you sent ${value}`).toString("base64")),
  percent: (response, value) => response.end([...Buffer.from(value)].map((byte) => `%${byte.toString(16)}`).join("")),
  pieces: async (response, value) => {
    response.flushHeaders();
    for (const character of value) {
      response.write(character);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  },
};

const serve = (scheme) => (request, response) => {
  const entry = {
    scheme,
    method: request.method,
    host: request.headers.host,
    url: request.url,
    raw: request.rawHeaders,
  };
  log.push(entry);
  request.resume().on("end", () => {
    if (request.rawTrailers.length > 0) entry.trailers = request.rawTrailers;
    const { pathname, searchParams } = new URL(request.url, "http://origin");
    const sent = (request.headers.authorization ?? request.headers["private-token"] ?? "").split(" ").at(-1);
    const reflect = reflections[pathname.replace("/reflect/", "")];
    if (request.method === "TRACE") response.end(request.rawHeaders.join("\r\n"));
    else if (reflect) void reflect(response, sent);
    else if (pathname === "/redirect") response.writeHead(302, { location: searchParams.get("to") }).end();
    else response.end(`origin of ${request.headers.host}`);
  });
};

createTlsServer({ key, cert }, serve("https")).listen(443, "::");
createServer(serve("http")).listen(80, "::");
createServer((_request, response) => response.end(JSON.stringify(log))).listen(9797, "127.0.0.1");
