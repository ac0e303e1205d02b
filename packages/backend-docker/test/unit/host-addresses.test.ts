import { networkInterfaces } from "node:os";
import { describe, expect, it } from "@jest/globals";
import { hostAddresses, parseFibTrie, parseInet6 } from "../../src/host-addresses.ts";

describe("parseFibTrie", () => {
  it("takes local addresses, and neither networks nor broadcasts", () => {
    const table = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 172.17.0.0/16 2 0 2
        |-- 172.17.0.0
           /16 link UNICAST
        |-- 172.17.0.1
           /32 host LOCAL
        |-- 172.17.255.255
           /32 link BROADCAST
`;
    expect(parseFibTrie(table)).toEqual(["172.17.0.1"]);
  });
});

describe("parseInet6", () => {
  it("writes addresses as groups", () => {
    const table =
      "fe80000000000000004298fffe5641fd 05 40 20 80 br-1\n00000000000000000000000000000001 01 80 10 80 lo\n";
    expect(parseInet6(table)).toEqual([
      "fe80:0000:0000:0000:0042:98ff:fe56:41fd",
      "0000:0000:0000:0000:0000:0000:0000:0001",
    ]);
  });
});

describe("hostAddresses", () => {
  it("has what Node knows, each address once", async () => {
    const all = await hostAddresses();
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    expect(all).toEqual(expect.arrayContaining(own));
    const spellings = all.map(
      (address) => new URL(`http://${address.includes(":") ? `[${address}]` : address}`).hostname,
    );
    expect(new Set(spellings).size).toBe(all.length);
  });
});
