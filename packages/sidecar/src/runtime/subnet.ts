import { BlockList, isIP } from "node:net";

/**
 * Tells whether an address is in a CIDR.
 * @throws TypeError when the CIDR is none
 */
export function subnetTest(cidr: string): (address: string | undefined) => boolean {
  const [network = "", bits = ""] = cidr.split("/");
  const version = isIP(network);
  if (version === 0 || !/^\d{1,3}$/.test(bits)) throw new TypeError("not a CIDR");
  const list = new BlockList();
  list.addSubnet(network, Number(bits), version === 4 ? "ipv4" : "ipv6");
  return (address) => {
    const plain = address?.replace(/^::ffff:(?=\d+\.)/, "") ?? "";
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? "ipv4" : "ipv6");
  };
}
