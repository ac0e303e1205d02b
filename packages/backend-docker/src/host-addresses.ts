import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";

/** Local addresses of `/proc/net/fib_trie`. */
export function parseFibTrie(table: string): readonly string[] {
  return [...table.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].map(([, address]) => address ?? "");
}

/** Addresses of `/proc/net/if_inet6`: 32 hexadecimal digits at the start of each line. */
export function parseInet6(table: string): readonly string[] {
  return [...table.matchAll(/^([0-9a-f]{32}) /gm)].map(([, digits]) => (digits ?? "").replace(/(.{4})(?=.)/g, "$1:"));
}

const read = (path: string): Promise<string> => readFile(path, "latin1").catch(() => "");

/**
 * Every address of this machine. Node itself leaves out interfaces that nothing is connected to, such as an idle bridge,
 * and their addresses answer all the same.
 */
export async function hostAddresses(): Promise<readonly string[]> {
  const [ipv4, ipv6] = await Promise.all([read("/proc/net/fib_trie"), read("/proc/net/if_inet6")]);
  const up = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const all = [...up.map((address) => address.replace(/%.*$/, "")), ...parseFibTrie(ipv4)];
  const known = new Set(
    all.map((address) => new URL(`http://${address.includes(":") ? `[${address}]` : address}`).hostname),
  );
  return [
    ...new Set(all),
    ...parseInet6(ipv6).filter((address) => !known.has(new URL(`http://[${address}]`).hostname)),
  ];
}
