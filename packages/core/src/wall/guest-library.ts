import { PING_PROGRAM, ROUTE_PROGRAM } from "./guest-programs.ts";

/**
 * Source that every attack begins with: plain JavaScript for the guest's own Node, 18 or later, without packages. An
 * attack's body is the body of an async function; it returns how it got out, or undefined when it did not.
 */
export const GUEST_LIBRARY = String.raw`
const net = require("node:net"), dgram = require("node:dgram"), os = require("node:os"), fs = require("node:fs");
const tls = require("node:tls"), dns = require("node:dns").promises, cp = require("node:child_process");
const targets = JSON.parse(process.argv[2]);
const WAIT_MS = 4000;

/** an attack that fails in any way did not get out */
const quietly = async (attempt) => { try { return await attempt(); } catch { return undefined; } };
/** ways out as one text */
const together = (...ways) => ways.flat().filter(Boolean).join(" ") || undefined;
/** those of a list for which an asynchronous question is answered with true, in words */
const those = async (list, isOpen, words) => together((await Promise.all(list.map(async (one) => (await isOpen(one)) && words(one)))));

/** resolves to what happened: "connected", an error code, or "silent" */
const tcp = (options) => new Promise((resolve) => {
  const socket = net.connect(options);
  const done = (what) => { socket.destroy(); resolve(what); };
  socket.setTimeout(WAIT_MS, () => done("silent"));
  socket.once("connect", () => done("connected")).once("error", (error) => done(error.code || "error"));
});

/** resolves to true when a datagram is answered; port 53 gets a question that every resolver answers */
const udp = (host, port) => new Promise((resolve) => {
  const socket = dgram.createSocket(net.isIPv6(host.split("%")[0]) ? "udp6" : "udp4");
  const done = (what) => { try { socket.close(); } catch {} resolve(what); };
  setTimeout(done, WAIT_MS, false).unref();
  socket.once("message", () => done(true)).once("error", () => done(false));
  socket.send(port === 53 ? question("a.invalid") : "ping", port, host, (error) => { if (error) done(false); });
});

const words = ({ address, port }) => address + ":" + port;
const openTcp = (list) => those(list, async ({ address, port }) => (await tcp({ host: address, port })) === "connected", words);
const openUdp = (list) => those(list, ({ address, port }) => udp(address, port), (one) => "udp " + words(one));
const openPaths = (list) => those(list, async (path) => (await tcp({ path })) === "connected", (path) => path);
const atHostPort = (address) => ({ address, port: targets.hostPort });

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
const hostIpv4 = () => targets.hostAddresses.filter(net.isIPv4);

const isLinkLocal = (address) => /^fe[89ab]/i.test(address);
/** the eight groups of an IPv6 address */
const groups = (address) => {
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":").filter(Boolean));
  return address.includes("::") ? [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail] : head;
};
/** IPv6 addresses of the host, link-local ones on every interface, and the first of each subnet, where a gateway is */
const targets6 = () => {
  const own = interfaces().filter((one) => one.family === "IPv6" && !one.internal);
  const names = [...new Set(own.map((one) => one.name))];
  const gateways = own.filter((one) => !isLinkLocal(one.address)).map((one) => groups(one.address).slice(0, 4).join(":") + "::1");
  const onEach = (address) => names.map((name) => address + "%" + name);
  const host = targets.hostAddresses.filter(net.isIPv6).flatMap((one) => (isLinkLocal(one) ? onEach(one) : [one]));
  return { unicast: [...new Set([...gateways, ...host])], multicast: ["ff02::1", "ff02::2"].flatMap(onEach) };
};

/** one DNS question for an A record */
const question = (name) => {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
};
/** resolve to the number of answers, or undefined without a reply */
const askUdp = (server, name) => new Promise((resolve) => {
  const socket = dgram.createSocket(net.isIPv6(server) ? "udp6" : "udp4");
  const done = (what) => { try { socket.close(); } catch {} resolve(what); };
  setTimeout(done, WAIT_MS, undefined).unref();
  socket.once("message", (reply) => done(reply.readUInt16BE(6))).once("error", () => done(undefined));
  socket.send(question(name), 53, server, (error) => { if (error) done(undefined); });
});
const askTcp = (server, name) => new Promise((resolve) => {
  const socket = net.connect(53, server), message = question(name);
  const done = (what) => { socket.destroy(); resolve(what); };
  socket.setTimeout(WAIT_MS, () => done(undefined));
  socket.once("connect", () => socket.write(Buffer.concat([Buffer.from([0, message.length]), message])));
  socket.once("data", (reply) => done(reply.length > 9 ? reply.readUInt16BE(8) : undefined));
  socket.once("error", () => done(undefined)).once("close", () => done(undefined));
});
const ownResolvers = () => fs.readFileSync("/etc/resolv.conf", "utf8").split("\n")
  .flatMap((line) => { const match = /^nameserver\s+(\S+)/.exec(line); return match ? [match[1]] : []; });

/** an answer of the far end, not a refusal */
const isAnswer = (status) => status >= 200 && status < 400;
/** a connection to the proxy, and what its first answer begins with after "head" was sent */
const askProxy = (head) => new Promise((resolve, reject) => {
  const socket = net.connect(targets.proxy.port, targets.proxy.host);
  socket.setTimeout(WAIT_MS, () => { socket.destroy(); reject(new Error("silent")); });
  socket.once("error", reject).once("close", () => reject(new Error("closed")));
  socket.once("connect", () => socket.write(Buffer.from(head.join("\r\n") + "\r\n\r\n", "latin1")));
  socket.once("data", (data) => resolve({ status: Number(data.toString("latin1").split(" ")[1]), socket }));
});
const connectProxy = (authority) => askProxy(["CONNECT " + authority + " HTTP/1.1", "Host: " + authority]);
/** true when what is behind a CONNECT speaks, and not to refuse */
const speaksBehind = async (authority) => {
  const { status, socket } = await connectProxy(authority);
  if (status !== 200) { socket.destroy(); return false; }
  return await new Promise((resolve) => {
    const done = (speaks) => { socket.destroy(); resolve(speaks); };
    socket.setTimeout(WAIT_MS, () => done(false)).once("error", () => done(false)).once("close", () => done(false));
    socket.once("data", (data) => { const code = Number(data.toString("latin1").split(" ")[1]); done(Number.isNaN(code) || isAnswer(code)); });
    socket.write("GET / HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n");
  });
};
/** status of a request inside a CONNECT */
const throughProxy = async (authority, servername, host) => {
  const { status, socket } = await connectProxy(authority);
  if (status !== 200) { socket.destroy(); return status; }
  return await new Promise((resolve, reject) => {
    const secure = tls.connect({ socket, servername, rejectUnauthorized: false }, () => {
      secure.write("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    });
    secure.setTimeout(WAIT_MS, () => { secure.destroy(); reject(new Error("silent")); });
    secure.once("error", reject).once("data", (data) => { secure.destroy(); resolve(Number(data.toString("latin1").split(" ")[1])); });
  });
};
/** every spelling of an IPv4 address that some parser takes */
const spellings = (ip) => {
  const number = toNumber(ip), parts = ip.split(".").map(Number);
  const wide = ip.replace(/\d/g, (digit) => Buffer.from(String.fromCharCode(0xff10 + Number(digit))).toString("latin1"));
  const octal = parts.map((part) => "0" + part.toString(8)).join(".");
  const short = parts[0] + "." + (number % 2 ** 24);
  return [ip, ip + ".", String(number), "0x" + number.toString(16), octal, short, "[::ffff:" + ip + "]", wide];
};

/** output of a Perl program, or undefined when it failed; throws where there is no Perl */
const perl = (program, args) => {
  const { status, stdout, error } = cp.spawnSync("perl", ["-e", program, ...args.map(String)], { timeout: 3 * WAIT_MS });
  if (error) throw new Error("this attack needs perl: " + error.code);
  return status === 0 ? stdout.toString().trim() || undefined : undefined;
};
const PING = ${JSON.stringify(PING_PROGRAM)};
const ROUTE = ${JSON.stringify(ROUTE_PROGRAM)};
`;
