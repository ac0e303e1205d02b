import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { type Cidr, parseCidr } from "./subnets.ts";

/** Ranges of `/proc/net/route`, whose addresses are little-endian hexadecimal. */
export function parseRoutes(table: string): readonly Cidr[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [destination, mask] = [fields[1], fields[7]];
      if (destination === undefined || mask === undefined) return [];
      const number = (hex: string): number => Buffer.from(hex, "hex").reverse().readUInt32BE();
      const prefix = number(mask).toString(2).replaceAll("0", "").length;
      return [{ base: number(destination), prefix }];
    });
}

/**
 * Ranges that this machine routes somewhere, as far as they are narrower than the pool: a bottle's network must not take
 * addresses out of them. A wider one (a default route, a VPN's 10.0.0.0/8) holds the whole pool and is left alone.
 */
export async function hostRanges(pool: Cidr): Promise<readonly Cidr[]> {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ cidr, family }) => (family === "IPv4" && cidr !== null ? [parseCidr(cidr)] : [])),
  );
  const routes = await readFile("/proc/net/route", "latin1").then(parseRoutes, () => []);
  return [...interfaces, ...routes]
    .filter((range) => range !== undefined)
    .filter(({ prefix }) => prefix >= pool.prefix);
}
