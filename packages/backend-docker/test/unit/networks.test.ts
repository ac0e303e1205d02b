import { describe, expect, it } from "@jest/globals";
import { networkOptions, parsePool } from "../../src/networks.ts";

describe("networkOptions", () => {
  it("gives the internal network no gateway address, by what the engine offers", () => {
    expect(networkOptions("internal-network", 20)).toMatchObject({ "com.docker.network.bridge.inhibit_ipv4": "true" });
    expect(networkOptions("internal-network", 27)).toEqual({
      "com.docker.network.bridge.gateway_mode_ipv4": "isolated",
      "com.docker.network.bridge.gateway_mode_ipv6": "isolated",
    });
  });

  it("takes an engine that does not tell its version for an old one", () => {
    expect(networkOptions("internal-network", 0)).toEqual(networkOptions("internal-network", 20));
  });

  it("lets nobody talk to the sidecar on its way out", () => {
    expect(networkOptions("egress-network", 28)).toEqual({ "com.docker.network.bridge.enable_icc": "false" });
  });
});

describe("parsePool", () => {
  it.each(["", "nonsense", "fd00::/64", "10.203.0.0/28"])("refuses %j", (pool) => {
    expect(() => parsePool(pool)).toThrow(expect.objectContaining({ code: "BB_NETWORK_POOL" }));
  });

  it("takes a pool that is just large enough", () => {
    expect(parsePool("10.203.0.0/27").prefix).toBe(27);
  });
});
