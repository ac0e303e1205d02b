/**
 * A machine that stands for the internet: on every address of its own it answers TCP, UDP, TLS for any name, and DNS for
 * any question, with its own address. Its configuration is in OUTSIDE.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

const { port, address, key, cert } = JSON.parse(process.env.OUTSIDE);

for (const open of [port, 80]) {
  createServer((_request, response) => response.end("outside\n")).listen(open, "::");
  const echo = createSocket("udp6");
  echo.on("message", (message, from) => echo.send(message, from.port, from.address));
  echo.bind(open, "::");
}
createTlsServer({ key, cert }, (_request, response) => response.end("outside\n")).listen(443, "::");

const dns = createSocket("udp6");
dns.on("message", (query, from) => {
  const end = query.indexOf(0, 12) + 5;
  const isA = query.readUInt16BE(end - 4) === 1;
  const header = Buffer.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
  dns.send(Buffer.concat([header, query.subarray(12, end), ...(isA ? [answer] : [])]), from.port, from.address);
});
dns.bind(53, "::");
