import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { issueCertificate, mintAuthority } from "../../../../tooling/model-api/index.mjs";
import { pidOf, runContainer, type Undo } from "./engine.ts";
import { goesThrough, inNetworkOf, reroute, rootOutput } from "./host-tools.ts";

/** Where clouds keep a machine's credentials. */
const METADATA = ["169.254.169.254", "100.100.100.200", "168.63.129.16"];

/** A machine that stands for the internet, behind this one as the real one is. No packet to it leaves this machine. */
export interface Outside {
  readonly address: string;
  /**
   * Lets the machines of a network find the metadata services there, as they would in a cloud.
   * @param machine address on the network; given, it is made sure that what it sends does go there
   */
  serveMetadata(bridge: string, machine?: string): Promise<void>;
}

export async function machineSource(name: string): Promise<string> {
  return await readFile(join(import.meta.dirname, "machines", name), "utf8");
}

/** @param port that it answers on, besides DNS and TLS */
export async function makeOutside(undo: Undo, port: number): Promise<Outside> {
  const base = randomInt(64) * 4;
  const [near, address] = [`198.51.100.${base + 1}`, `198.51.100.${base + 2}`]; // TEST-NET-2
  const link = `bbo${randomBytes(4).toString("hex")}`;
  const certificate = issueCertificate(mintAuthority("outside"), ["outside.test"]);
  const container = await runContainer(undo, {
    network: "none",
    user: "0",
    options: ["--env", `OUTSIDE=${JSON.stringify({ port, address, ...certificate })}`],
    command: ["node", "--input-type=module", "--eval", await machineSource("outside.mjs")],
  });
  const pid = await pidOf(container);
  await rootOutput("ip", "link", "add", link, "type", "veth", "peer", "name", "out", "netns", pid);
  await rootOutput("ip", "address", "add", `${near}/30`, "dev", link);
  await rootOutput("ip", "link", "set", link, "up");
  await rootOutput("sysctl", "--quiet", "--write", `net.ipv4.conf.${link}.rp_filter=0`);
  for (const own of [`${address}/30`, ...METADATA.map((one) => `${one}/32`)]) {
    await inNetworkOf(pid, "ip", "address", "add", own, "dev", "out");
  }
  await inNetworkOf(pid, "ip", "link", "set", "out", "up");
  await inNetworkOf(pid, "ip", "route", "add", "default", "via", near);
  if (!(await goesThrough(address, link))) throw new Error(`${address} is not ours on this machine`);

  const table = String(randomInt(10_000, 60_000));
  for (const one of METADATA) await rootOutput("ip", "route", "add", one, "via", address, "dev", link, "table", table);
  return {
    address,
    serveMetadata: async (bridge, machine) => {
      await reroute(undo, bridge, METADATA, table);
      if (machine === undefined) return;
      for (const one of METADATA) {
        if (!(await goesThrough(one, link, { address: machine, bridge }))) throw new Error(`${one} is not rerouted`);
      }
    },
  };
}
