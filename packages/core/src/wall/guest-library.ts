/**
 * Source that every attack begins with: plain JavaScript for the guest's own Node, 18 or later, without packages. An
 * attack's body is the body of an async function; it returns how it got out, or undefined when it did not.
 */
export const GUEST_LIBRARY = String.raw`
const net = require("node:net"), dgram = require("node:dgram"), os = require("node:os"), fs = require("node:fs");
const tls = require("node:tls"), dns = require("node:dns").promises, cp = require("node:child_process");
const targets = JSON.parse(process.argv[2]);
const WAIT_MS = 4000;

/** resolves to what happened: "connected", an error code, or "silent" */
const tcp = (host, port, options = {}) => new Promise((resolve) => {
  const socket = net.connect({ host, port, ...options });
  const done = (what) => { socket.destroy(); resolve(what); };
  socket.setTimeout(WAIT_MS, () => done("silent"));
  socket.once("connect", () => done("connected")).once("error", (error) => done(error.code || "error"));
});

/** resolves to true when a datagram is answered */
const udp = (host, port, payload = "ping") => new Promise((resolve) => {
  const socket = dgram.createSocket(net.isIPv6(host.split("%")[0]) ? "udp6" : "udp4");
  const done = (what) => { try { socket.close(); } catch {} resolve(what); };
  setTimeout(done, WAIT_MS, false).unref();
  socket.once("message", () => done(true)).once("error", () => done(false));
  socket.send(payload, port, host, (error) => { if (error) done(false); });
});

const openTcp = async (list) => {
  const found = await Promise.all(list.map(async ({ address, port }) => [address + ":" + port, await tcp(address, port)]));
  return found.filter(([, what]) => what === "connected").map(([name]) => name).join(" ") || undefined;
};
const openUdp = async (list) => {
  const found = await Promise.all(list.map(async ({ address, port }) => [address + ":" + port, await udp(address, port)]));
  return found.filter(([, answered]) => answered).map(([name]) => name).join(" ") || undefined;
};

const interfaces = () => Object.entries(os.networkInterfaces()).flatMap(([name, list]) => list.map((one) => ({ name, ...one })));
const toNumber = (ip) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
/** every other address of the guest's own small subnets; a gateway is one of them */
const neighbours = () => interfaces().filter((one) => one.family === "IPv4" && !one.internal).flatMap((one) => {
  const bits = Number(one.cidr.split("/")[1]), size = 2 ** (32 - bits);
  const base = Math.floor(toNumber(one.address) / size) * size;
  const offsets = size <= 256 ? Array.from({ length: size - 2 }, (_, index) => index + 1) : [1, size - 2];
  return offsets.map((offset) => toAddress(base + offset)).filter((address) => address !== one.address);
});

/** one DNS question for an A record; resolves to the number of answers, or undefined without a reply */
const ask = (server, name) => new Promise((resolve) => {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const question = Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
  const socket = dgram.createSocket(net.isIPv6(server) ? "udp6" : "udp4");
  const done = (what) => { try { socket.close(); } catch {} resolve(what); };
  setTimeout(done, WAIT_MS, undefined).unref();
  socket.once("message", (reply) => done(reply.readUInt16BE(6))).once("error", () => done(undefined));
  socket.send(question, 53, server, (error) => { if (error) done(undefined); });
});
const ownResolvers = () => fs.readFileSync("/etc/resolv.conf", "utf8").split("\n")
  .flatMap((line) => { const match = /^nameserver\s+(\S+)/.exec(line); return match ? [match[1]] : []; });

/** status line of a CONNECT, and the socket behind it */
const connectProxy = (authority) => new Promise((resolve, reject) => {
  const socket = net.connect(targets.proxy.port, targets.proxy.host);
  socket.setTimeout(WAIT_MS, () => { socket.destroy(); reject(new Error("silent")); });
  socket.once("error", reject).once("connect", () => {
    socket.write("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    socket.once("data", (data) => resolve({ status: Number(data.toString("latin1").split(" ")[1]), socket }));
  });
});
/** status of a request inside a CONNECT */
const throughProxy = async (authority, servername, host) => {
  const { status, socket } = await connectProxy(authority);
  if (status !== 200) return status;
  return await new Promise((resolve, reject) => {
    const secure = tls.connect({ socket, servername, rejectUnauthorized: false }, () => {
      secure.write("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    });
    secure.setTimeout(WAIT_MS, () => { secure.destroy(); reject(new Error("silent")); });
    secure.once("error", reject).once("data", (data) => { secure.destroy(); resolve(Number(data.toString("latin1").split(" ")[1])); });
  });
};
/** an attack that fails in any way did not get out */
const quietly = async (attempt) => { try { return await attempt(); } catch { return undefined; } };
`;
