import { describe, expect, it } from "@jest/globals";
import { hostRanges, parseRoutes } from "../../src/host-routes.ts";
import { formatCidr, parseCidr } from "../../src/subnets.ts";

describe("parseRoutes", () => {
  it("reads little-endian addresses and masks, and passes over what is no route", () => {
    const table = [
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
      "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "tun0\t0000CB0A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
      "br0\t1001CB0A\t00000000\t0001\t0\t0\t0\tF0FFFFFF\t0\t0\t0",
      "",
    ].join("\n");
    expect(parseRoutes(table).map(formatCidr)).toEqual(["0.0.0.0/0", "10.203.0.0/16", "10.203.1.16/28"]);
  });
});

describe("hostRanges", () => {
  it("leaves ranges alone that are wider than the pool, such as the default route", async () => {
    const pool = parseCidr("10.203.0.0/16");
    if (pool === undefined) throw new TypeError("no pool");
    const ranges = await hostRanges(pool);
    expect(ranges.every(({ prefix }) => prefix >= 16)).toBe(true);
  });
});
