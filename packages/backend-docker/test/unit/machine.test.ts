import { fakeHost, samplePlan, sampleSpec } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import { parseInfo } from "../../src/engine-info.ts";
import { agentMachine } from "../../src/machine.ts";
import { sidecarMachine } from "../../src/sidecar.ts";

const network = {
  id: "network-id",
  name: "bot-bottle-x-internal",
  subnet: "10.203.0.16/28",
  gateway: "10.203.0.17",
  sidecarAddress: "10.203.0.18",
  agentAddress: "10.203.0.19",
};

async function machine(facts: Parameters<typeof parseInfo>[0] = {}, limitDisk = false) {
  const plan = await samplePlan(new DockerBottleBackend({ env: {} }), fakeHost("/nonexistent"));
  const identity = {
    slug: plan.slug,
    version: "1.2.3",
    owner: "owner",
    nonce: "nonce",
    created: "2026-01-01T00:00:00Z",
  };
  return {
    plan,
    identity,
    options: agentMachine({ plan, image: "image", network, info: parseInfo(facts), identity, limitDisk }),
  };
}

describe("agentMachine", () => {
  it("has no capability, no way to more, no mount, no port and no log", async () => {
    const { options } = await machine({ NCPU: 8 });
    expect(options.HostConfig).toMatchObject({
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      LogConfig: { Type: "none" },
      RestartPolicy: { Name: "no" },
      Dns: ["10.203.0.18"],
      ExtraHosts: ["egress:10.203.0.18", "git-gate:10.203.0.18", "supervise:10.203.0.18"],
    });
    for (const absent of ["Binds", "Mounts", "PortBindings", "PublishAllPorts", "Privileged", "CapAdd", "Devices"]) {
      expect(options.HostConfig).not.toHaveProperty(absent);
    }
    expect(options).not.toHaveProperty("ExposedPorts");
  });

  it("has the plan's limits, memory without swap, and no more CPUs than the engine", async () => {
    const { options, plan } = await machine({ NCPU: 8 });
    const { memoryBytes, pids } = plan.resources;
    expect(options.HostConfig).toMatchObject({
      NanoCpus: 1e9,
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: pids,
    });
    expect(options.HostConfig).not.toHaveProperty("StorageOpt");
    expect((await machine({ NCPU: 8 }, true)).options.HostConfig).toMatchObject({
      StorageOpt: { size: String(1024 ** 3) },
    });
  });

  it("runs docker-init where the engine has it", async () => {
    expect((await machine()).options.HostConfig?.Init).toBe(false);
    expect((await machine({ InitBinary: "i", InitCommit: { ID: "1" } })).options.HostConfig?.Init).toBe(true);
  });

  it("has nothing of the manifest, the provider or a secret in its environment", async () => {
    const { options, plan } = await machine();
    const names = (options.Env ?? []).map((line) => line.slice(0, line.indexOf("=")));
    for (const name of [...Object.keys(sampleSpec.env), ...Object.keys(plan.agentProvision.guestEnv)]) {
      expect(names).not.toContain(name);
    }
    expect(JSON.stringify(options)).not.toContain("registry-token-value");
  });

  it("carries every label", async () => {
    const { options, plan } = await machine();
    expect(options.Labels).toEqual({
      "dev.bot-bottle.slug": plan.slug,
      "dev.bot-bottle.role": "agent",
      "dev.bot-bottle.version": "1.2.3",
      "dev.bot-bottle.owner": "owner",
      "dev.bot-bottle.nonce": "nonce",
      "dev.bot-bottle.created": "2026-01-01T00:00:00Z",
    });
  });
});

describe("sidecarMachine", () => {
  it("is hardened as the design says", async () => {
    const { identity } = await machine();
    const options = sidecarMachine({ name: "n", image: "i", network, identity });
    expect(options).toMatchObject({
      User: "10001:10001",
      HostConfig: {
        NetworkMode: "network-id",
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
        Sysctls: { "net.ipv4.ip_forward": "0", "net.ipv4.ip_unprivileged_port_start": "0" },
        Tmpfs: { "/run": expect.stringContaining("uid=10001,gid=10001") },
        LogConfig: { Type: "json-file", Config: { "max-file": "1" } },
      },
      NetworkingConfig: {
        EndpointsConfig: {
          "network-id": {
            IPAMConfig: { IPv4Address: "10.203.0.18" },
            Aliases: ["egress", "git-gate", "supervise"],
          },
        },
      },
    });
    expect(options.HostConfig?.Memory).toBe(options.HostConfig?.MemorySwap);
    expect(options.Env).toBeUndefined();
  });
});
