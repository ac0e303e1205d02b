import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { docker, type Undo } from "./engine.ts";
import { output, run } from "./process.ts";

const isRoot = process.getuid?.() === 0;

/** Program and arguments that run as root of this machine, where the engine is. */
export function asRoot(argv: readonly string[]): readonly [string, readonly string[]] {
  const [file = "", ...rest] = argv;
  return isRoot ? [file, rest] : ["sudo", ["-n", file, ...rest]];
}

/** Output of a program that root of this machine runs. */
export async function rootOutput(...argv: readonly string[]): Promise<string> {
  return await output(...asRoot(argv));
}

/** The same, inside the network of a container's first process. */
export async function inNetworkOf(pid: string, ...argv: readonly string[]): Promise<string> {
  return await rootOutput("nsenter", "--target", pid, "--net", ...argv);
}

/** A tcpdump over all interfaces of this machine. */
export class Capture {
  readonly #child: ChildProcess;
  readonly #chunks: Buffer[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
  }

  /** @param filter of packets, in tcpdump's language */
  static async start(filter: string): Promise<Capture> {
    const argv = ["tcpdump", "-i", "any", "-y", "LINUX_SLL2", "-n", "-s", "0", "-U", "-w", "-", filter];
    const [file, rest] = asRoot(argv);
    const child = spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
    const capture = new Capture(child);
    let words = "";
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => {
        reject(new Error(`tcpdump ended: ${words}`));
      });
      child.stderr.on("data", (chunk: Buffer) => {
        words += chunk.toString();
        if (words.includes("listening on")) resolve();
      });
    });
    return capture;
  }

  /** Stops. @returns the packets */
  async stop(): Promise<readonly Packet[]> {
    await new Promise((resolve) => setTimeout(resolve, 300)); // what was sent just now is still on its way to us
    const closed = once(this.#child, "close");
    if (isRoot) this.#child.kill("SIGINT");
    else await rootOutput("kill", "-INT", String(this.#child.pid));
    await closed;
    return parsePackets(Buffer.concat(this.#chunks));
  }
}

export interface Packet {
  /** number of the host's interface that saw it */
  readonly interfaceIndex: number;
  /** from the network layer on */
  readonly bytes: Buffer;
}

/** Packets of a little-endian pcap file with cooked headers (SLL2), which name the interface. */
function parsePackets(file: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = 24; at + 16 <= file.length;) {
    const length = file.readUInt32LE(at + 8);
    const data = file.subarray(at + 16, at + 16 + length);
    packets.push({ interfaceIndex: data.readUInt32BE(4), bytes: data.subarray(20) });
    at += 16 + length;
  }
  return packets;
}

/** Numbers of the interfaces through which only the machines on one network speak: its bridge and their ends. */
export async function interfacesOf(bridge: string): Promise<ReadonlySet<number>> {
  const links = JSON.parse(await output("ip", ["-json", "link", "show"])) as {
    ifindex: number;
    ifname: string;
    master?: string;
  }[];
  return new Set(
    links.filter(({ ifname, master }) => ifname === bridge || master === bridge).map(({ ifindex }) => ifindex),
  );
}

/** Interface of the host that belongs to a network of the engine. */
export async function bridgeOf(network: string): Promise<string> {
  const id = await docker(["network", "inspect", "--format", "{{.Id}}", network]);
  return `br-${id.slice(0, 12)}`;
}

/** What is sent from a network to some addresses goes elsewhere; nothing else on this machine is touched. */
export async function reroute(undo: Undo, bridge: string, addresses: readonly string[], table: string): Promise<void> {
  for (const address of addresses) {
    const rule = ["iif", bridge, "to", address, "lookup", table];
    await rootOutput("ip", "rule", "add", ...rule);
    undo.defer(() => rootOutput("ip", "rule", "del", ...rule));
  }
}

interface Sender {
  readonly address: string;
  readonly bridge: string;
}

/**
 * True when this machine sends what goes to an address through an interface; asked before anything is sent there.
 * @param from default: this machine itself
 */
export async function goesThrough(address: string, to: string, from?: Sender): Promise<boolean> {
  const origin = from === undefined ? [] : ["from", from.address, "iif", from.bridge];
  const { stdout } = await run(...asRoot(["ip", "route", "get", address, ...origin]));
  return stdout.includes(` dev ${to} `);
}

/** Names that the machine of a container finds before it asks any resolver. */
export class HostsFile {
  readonly #path: string;
  readonly #before: string;

  private constructor(path: string, before: string) {
    this.#path = path;
    this.#before = before;
  }

  static async of(container: string): Promise<HostsFile> {
    const path = await docker(["inspect", "--format", "{{.HostsPath}}", container]);
    return new HostsFile(path, await rootOutput("cat", path));
  }

  /** @param lines `address name`, in addition to what was there */
  async set(lines: readonly string[]): Promise<void> {
    await output(...asRoot(["tee", this.#path]), { stdin: `${[this.#before, ...lines].join("\n")}\n` });
  }

  /**
   * Lets names point now to one address, now to the other, as fast as it can, until it is stopped. Both lists are of one
   * length and written in one go, so that a reader finds a whole one.
   */
  flip(names: readonly string[], addresses: readonly [string, string]): { stop(): Promise<void> } {
    const width = Math.max(...addresses.map((address) => address.length));
    const texts = addresses.map((address) =>
      [this.#before, ...names.map((name) => `${address.padEnd(width)} ${name}`), ""].join("\n"),
    );
    const source = `
      const { openSync, writeSync, ftruncateSync } = require("node:fs");
      const [path, ...texts] = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const file = openSync(path, "r+");
      for (let turn = 0; ; turn++) {
        writeSync(file, Buffer.from(texts[turn % 2]), 0, undefined, 0);
        if (turn === 0) { ftruncateSync(file, Buffer.byteLength(texts[0])); process.stdout.write("flipping"); }
        const until = performance.now() + 3;
        while (performance.now() < until);
      }`;
    const [file, argv] = asRoot([process.execPath, "--eval", source]);
    const child = spawn(file, argv, { stdio: ["pipe", "ignore", "inherit"] });
    const closed = once(child, "close");
    child.stdin.end(JSON.stringify([this.#path, ...texts]));
    return {
      stop: async () => {
        if (isRoot) child.kill("SIGKILL");
        else await rootOutput("pkill", "-KILL", "-P", String(child.pid));
        await closed;
      },
    };
  }
}
