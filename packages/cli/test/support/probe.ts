import { run } from "./process.ts";

/** What a port does with a plain request: `answered` with bytes, or it took the connection and `closed` it without. */
export type PortState = "answered" | "closed";

/** Asks every port of an address; those that refuse or stay silent are not in its answer. Runs as `node --eval`. */
const PROBE = String.raw`
const net = require("node:net");
const { address, first, last, waitMs } = JSON.parse(process.argv[1]);
const found = {};
let next = first, running = 0;
const start = () => {
  while (running < 500 && next <= last) ask(next++);
};
process.on("exit", () => process.stdout.write(JSON.stringify(found)));
const ask = (port) => {
  running++;
  const socket = net.connect(port, address);
  let isConnected = false;
  const done = (what) => { if (what) found[port] ??= what; if (!socket.destroyed) socket.destroy(); };
  socket.setTimeout(waitMs, () => done(isConnected ? "closed" : undefined));
  socket.on("connect", () => { isConnected = true; socket.write("GET / HTTP/1.1\r\nHost: " + address + "\r\n\r\n"); });
  socket.on("data", () => done("answered")).on("end", () => done("closed"));
  socket.on("error", () => done(isConnected ? "closed" : undefined)).on("close", () => { running--; setImmediate(start); });
};
start();
`;

export interface Probe {
  readonly address: string;
  readonly first: number;
  readonly last: number;
  /** time that each port is given, default 2 s */
  readonly waitMs?: number;
}

/** Ports that do anything but refuse or stay silent. @param from container to ask from; default: this machine */
export async function probe(
  { address, first, last, waitMs = 2000 }: Probe,
  from?: string,
): Promise<Readonly<Record<string, PortState>>> {
  const argv = ["--eval", PROBE, JSON.stringify({ address, first, last, waitMs })];
  const { exitCode, stdout, stderr } =
    from === undefined
      ? await run(process.execPath, argv, { env: {} })
      : await run("docker", ["exec", from, "node", ...argv]);
  if (exitCode !== 0) throw new Error(`the probe failed: ${stderr}`);
  return JSON.parse(stdout) as Record<string, PortState>;
}

/** One DNS question, sent as a datagram. Runs as `node --eval`. */
const ASK = String.raw`
const [address] = process.argv.slice(1);
const socket = require("node:dgram").createSocket("udp4");
const done = (what) => { process.stdout.write(what); process.exit(0); };
setTimeout(done, 2000, "silent");
socket.on("message", () => done("answered")).on("error", () => done("refused"));
socket.connect(53, address, () => socket.send(Buffer.from("123401000001000000000000016107696e76616c69640000010001", "hex")));
`;

/** Whether a resolver answers a datagram, also when it says that there is no such name. */
export async function asksDns(address: string, from?: string): Promise<string> {
  const argv = ["--eval", ASK, address];
  const ran =
    from === undefined
      ? await run(process.execPath, argv, { env: {} })
      : await run("docker", ["exec", from, "node", ...argv]);
  return ran.stdout;
}
