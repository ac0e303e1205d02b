import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { BotBottleError, type ReportEvent } from "@bot-bottle/core";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import { describeWithEngine, docker, runIn } from "../support/engine.ts";
import { type Fate, type SeenRequest, startFaultyEngine } from "../support/faulty-engine.ts";
import { type Fixture, makeFixture, SECRET_VALUE } from "../support/fixture.ts";

let fixture: Fixture;

/** Launches over an engine that goes wrong at one request. @returns the error, and what was asked until then */
async function launchOver(
  decide: (seen: SeenRequest, index: number) => Fate,
  signal?: AbortSignal,
): Promise<{ readonly error: unknown; readonly seen: readonly SeenRequest[] }> {
  const faulty = await startFaultyEngine(join(tmpdir(), `bb-${randomBytes(6).toString("hex")}.sock`), decide);
  const backend = new DockerBottleBackend({ env: { DOCKER_HOST: faulty.host } });
  try {
    const options = { host: fixture.host, ...(signal === undefined ? {} : { signal }) };
    const bottle = await backend.launch(await fixture.plan(), options);
    await bottle.destroy();
    return { error: undefined, seen: faulty.seen };
  } catch (error) {
    return { error, seen: faulty.seen };
  } finally {
    await faulty.close();
  }
}

/** Requests of a launch that change something, by what they are. */
const CHANGES = {
  "make a network": (seen: SeenRequest) => seen.path === "/networks/create",
  "create a container": (seen: SeenRequest) => seen.path === "/containers/create",
  "join a network": (seen: SeenRequest) => /^\/networks\/.*\/connect$/.test(seen.path),
  "start a container": (seen: SeenRequest) => /^\/containers\/.*\/start$/.test(seen.path),
  "create an exec": (seen: SeenRequest) => /^\/containers\/.*\/exec$/.test(seen.path),
  "start an exec": (seen: SeenRequest) => /^\/exec\/.*\/start$/.test(seen.path),
} as const;

/** Every change of a launch, with its turn among those of its kind. */
const POINTS: [keyof typeof CHANGES, number][] = [
  ["make a network", 1],
  ["make a network", 2],
  ["create a container", 1],
  ["create a container", 2],
  ["join a network", 1],
  ["start a container", 1],
  ["start a container", 2],
  ["create an exec", 1],
  ["create an exec", 2],
  ["start an exec", 1],
  ["start an exec", 2],
];

function at(what: keyof typeof CHANGES, turn: number, act: () => Fate): (seen: SeenRequest) => Fate {
  let count = 0;
  return (seen) => (CHANGES[what](seen) && ++count === turn ? act() : "pass");
}

const expectNothing = async (states: readonly string[]): Promise<void> => {
  expect(await fixture.left()).toEqual([]);
  expect(await fixture.states()).toEqual(states);
};

/** Bottles of this process; other tests use the engine at the same time. */
async function running() {
  return (await fixture.backend.listActive(fixture.host)).filter(({ owner }) => owner === "running");
}

describeWithEngine("launch", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
    await (await fixture.launch()).destroy(); // builds the images
  });
  afterEach(() => fixture.sweep());
  afterAll(async () => {
    await fixture.dispose();
  });

  it("makes two containers and two networks with every label, and removes them", async () => {
    const plan = await fixture.plan();
    const bottle = await fixture.launch(plan);
    const name = `bot-bottle-${plan.slug}`;
    expect((await fixture.left()).toSorted()).toEqual([
      `/${name}`,
      `/${name}-sidecar`,
      `${name}-egress`,
      `${name}-internal`,
    ]);
    const active = await fixture.backend.listActive(fixture.host);
    // Other tests' bottles may run on the same engine.
    expect(active.filter(({ owner }) => owner !== "foreign")).toEqual([
      expect.objectContaining({ slug: plan.slug, agent: "reviewer", owner: "running", up: true }),
    ]);
    await bottle.destroy();
    await bottle.destroy();
    expect(await fixture.left()).toEqual([]);
  });

  it("hardens what it makes, and lets no secret near the engine", async () => {
    const plan = await fixture.plan();
    await using bottle = await fixture.launch(plan);
    expect(bottle.plan).toBe(plan);
    const agent = await docker.getContainer(plan.agentName).inspect();
    const sidecar = await docker.getContainer(plan.sidecarName).inspect();
    for (const { HostConfig, Mounts, NetworkSettings } of [agent, sidecar]) {
      expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], Privileged: false, PublishAllPorts: false });
      expect(HostConfig.CapAdd).toBeNull();
      expect(HostConfig.Binds).toBeNull();
      expect(HostConfig.Memory).toBe(HostConfig.MemorySwap);
      expect(Mounts).toEqual([]);
      expect(Object.values(NetworkSettings.Ports).filter(Boolean)).toEqual([]);
    }
    expect(agent.HostConfig.LogConfig?.Type).toBe("none");
    expect(sidecar.HostConfig.ReadonlyRootfs).toBe(true);
    expect(Object.keys(agent.NetworkSettings.Networks)).toEqual([`bot-bottle-${plan.slug}-internal`]);
    expect(JSON.stringify([agent, sidecar])).not.toContain(SECRET_VALUE);
    // Neither manifest nor provider environment is kept by the engine.
    expect(JSON.stringify(agent.Config.Env)).not.toMatch(/FAKE_|C\.UTF-8/);
  });

  it("tells the sidecar where it stands", async () => {
    const plan = await fixture.plan();
    await using bottle = await fixture.launch(plan);
    expect(bottle.plan).toBe(plan);
    const text = await runIn(plan.sidecarName, ["cat", "/run/bot-bottle/network.json"], "10001");
    const network = JSON.parse(text) as Record<string, unknown>;
    const internal = await docker.getNetwork(`bot-bottle-${plan.slug}-internal`).inspect();
    const egress = await docker.getNetwork(`bot-bottle-${plan.slug}-egress`).inspect();
    const gateways = [internal, egress].map((one) => one.IPAM?.Config?.[0]?.Gateway);
    expect(network).toMatchObject({
      internalSubnet: internal.IPAM?.Config?.[0]?.Subnet,
      gateways,
      silentAddresses: [gateways[0]],
      restarted: false,
    });
    expect(network["hostAddresses"]).toEqual(expect.arrayContaining(["127.0.0.1", gateways[1]]));
    const containers = Object.values(internal.Containers ?? {}).map(({ IPv4Address }) => IPv4Address);
    expect(containers).toContain(`${String(network["listenAddress"])}/28`);
  });

  it("has no IPv6, and the sidecar as the only resolver", async () => {
    await using bottle = await fixture.launch();
    const { stdout } = await bottle.exec({
      argv: ["/bin/sh", "-c", "cat /proc/net/if_inet6; echo -; cat /etc/resolv.conf"],
    });
    expect(stdout).toBe(`-\nnameserver ${bottle.sidecar.endpoints.dns}\n`);
  });

  it("reaches no address of the host from the agent's machine", async () => {
    const server = createServer((socket) => socket.end("reached"));
    await once(server.listen(0, "0.0.0.0"), "listening");
    const { port } = server.address() as AddressInfo;
    // The same attack on a plain internal network first: there it works.
    const plain = await docker.createNetwork({
      Name: `bb-test-${randomBytes(4).toString("hex")}`,
      Internal: true,
      IPAM: { Driver: "default", Config: [{ Subnet: "10.209.79.0/28", Gateway: "10.209.79.1" }] },
    });
    const victim = await docker.createContainer({
      Image: "node:24-trixie-slim",
      Cmd: ["sleep", "60"],
      HostConfig: { NetworkMode: plain.id },
    });
    const attack = (address: string): readonly string[] => [
      "node",
      "-e",
      `const s = require("net").connect(${port}, "${address}");
       s.on("data", (d) => { console.log(String(d)); process.exit(); });
       s.on("error", (e) => { console.log(e.code); process.exit(); });
       setTimeout(() => { console.log("silent"); process.exit(); }, 1500);`,
    ];
    try {
      await victim.start();
      expect(await runIn(victim.id, attack("10.209.79.1"))).toBe("reached");
      const plan = await fixture.plan();
      await using bottle = await fixture.launch(plan);
      const networks = await Promise.all(
        ["internal", "egress"].map((kind) => docker.getNetwork(`bot-bottle-${plan.slug}-${kind}`).inspect()),
      );
      const gateways = networks.map(({ IPAM }) => IPAM?.Config?.[0]?.Gateway ?? "");
      const own = Object.values(networkInterfaces()).flatMap((list) =>
        (list ?? []).filter(({ family }) => family === "IPv4"),
      );
      const addresses = [...new Set([...gateways, ...own.map(({ address }) => address)])].filter(
        (one) => !one.startsWith("127."),
      );
      const answers = await Promise.all(
        addresses.map(async (address) => (await bottle.exec({ argv: attack(address) })).stdout.trim()),
      );
      expect(answers).not.toContain("reached");
    } finally {
      await victim.remove({ force: true });
      await plain.remove();
      server.close();
    }
  });

  it.each([true, false])("reaps what the agent leaves behind (docker-init: %s)", async (hasInit) => {
    const plan = await fixture.plan();
    await using bottle = await fixture.launch(plan);
    expect(bottle.plan).toBe(plan);
    const { Config, HostConfig } = await docker.getContainer(plan.agentName).inspect();
    expect(HostConfig.Init).toBe(true); // this engine has it; the same machine without it is made by hand
    const { Image, Entrypoint, Cmd, User } = Config;
    const container = await docker.createContainer({
      ...{ Image, Cmd, User },
      Entrypoint: Entrypoint,
      HostConfig: { NetworkMode: "none", CapDrop: ["ALL"], LogConfig: HostConfig.LogConfig, Init: hasInit },
    });
    try {
      await container.start();
      const orphans = "for i in 1 2 3; do (sleep 0.1 &); done; sleep 0.5; cat /proc/[0-9]*/stat | grep -c ') Z'";
      expect(await runIn(container.id, ["/bin/sh", "-c", orphans], "node")).toBe("0");
    } finally {
      await container.remove({ force: true });
    }
  });

  it("launches several bottles at once", async () => {
    const bottles = await Promise.all([fixture.launch(), fixture.launch(), fixture.launch()]);
    expect(await running()).toHaveLength(3);
    await Promise.all(bottles.map((bottle) => bottle.destroy()));
    await expectNoResources();
  });

  it("takes another slug when somebody has the name", async () => {
    const plan = await fixture.plan();
    const stranger = await docker.createContainer({ name: plan.sidecarName, Image: "node:24-trixie-slim" });
    try {
      const bottle = await fixture.launch(plan);
      expect(bottle.plan.slug).not.toBe(plan.slug);
      await bottle.destroy();
      await expectNoResources();
      await stranger.inspect();
    } finally {
      await stranger.remove({ force: true });
    }
  });

  it("makes do with a pool that others crowd, and says when it is full", async () => {
    const pool = "10.209.77.0/26"; // four /28
    const host = { ...fixture.host, networkPool: pool };
    const stranger = await docker.createNetwork({
      Name: `bb-test-${randomBytes(4).toString("hex")}`,
      IPAM: { Driver: "default", Config: [{ Subnet: "10.209.77.16/28" }] },
    });
    try {
      const bottle = await fixture.backend.launch(await fixture.plan(), { host });
      await expect(fixture.backend.launch(await fixture.plan(), { host })).rejects.toMatchObject({
        code: "BB_NETWORK_POOL",
        message: expect.stringContaining(pool),
      });
      expect(await fixture.left()).toHaveLength(4);
      await bottle.destroy();
    } finally {
      await stranger.remove();
    }
  });

  it("joins the sidecar to a network of the manifest in place of its own", async () => {
    const name = `bb-test-${randomBytes(4).toString("hex")}`;
    const network = await docker.createNetwork({
      Name: name,
      IPAM: { Driver: "default", Config: [{ Subnet: "10.209.78.0/28" }] },
    });
    const egress = { ...(await fixture.plan()).spec.egress, upstream: { network: { name, from: "test" } } };
    try {
      const plan = await fixture.plan({ egress });
      const bottle = await fixture.launch(plan);
      const { NetworkSettings } = await docker.getContainer(plan.sidecarName).inspect();
      expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([name, `bot-bottle-${plan.slug}-internal`].sort());
      expect(await fixture.left()).not.toContain(`bot-bottle-${plan.slug}-egress`);
      // Another bottle's network is no way out.
      const internal = { name: `bot-bottle-${plan.slug}-internal`, from: "test" };
      await expect(
        fixture.launch(await fixture.plan({ egress: { ...egress, upstream: { network: internal } } })),
      ).rejects.toMatchObject({
        message: expect.stringContaining("belongs to a bottle"),
      });
      await bottle.destroy();
      expect((await network.inspect()) as object).toBeTruthy();
    } finally {
      await network.remove();
    }
    await expect(fixture.launch(await fixture.plan({ egress }))).rejects.toMatchObject({
      code: "BB_LAUNCH",
      message: expect.stringContaining("is not on this engine"),
    });
    expect(await fixture.left()).toEqual([]);
  });

  it.each([
    ["refuse", { code: "BB_SIDECAR", message: expect.stringContaining("refused by the fixture") }],
    ["wall", { code: "BB_WALL", message: expect.stringContaining("answers") }],
    ["exit", { code: "BB_SIDECAR", hint: expect.stringContaining("the fixture gives up") }],
  ] as const)("says why a sidecar did not start (%s)", async (fault, expected) => {
    const other = await makeFixture({ fault });
    try {
      await expect(other.launch()).rejects.toMatchObject(expected);
      expect(await other.left()).toEqual([]);
    } finally {
      await other.dispose();
    }
  });

  it("is stopped while a sidecar does not answer", async () => {
    const other = await makeFixture({ fault: "silent" });
    try {
      const controller = new AbortController();
      const plan = await other.plan();
      const stop = (event: ReportEvent): void => {
        if (event.type === "step" && event.step === "sidecar.configure")
          setTimeout(() => {
            controller.abort();
          }, 500);
      };
      const work = other.backend.launch(plan, {
        host: other.host,
        signal: controller.signal,
        reporter: { report: stop },
      });
      await expect(work).rejects.toMatchObject({ code: "BB_ABORTED" });
      expect(await other.left()).toEqual([]);
    } finally {
      await other.dispose();
    }
  });

  it("brings back a sidecar that dies, closed, and hands it its policy again", async () => {
    const plan = await fixture.plan();
    await using bottle = await fixture.launch(plan);
    expect(bottle.plan).toBe(plan);
    fixture.events.length = 0;
    await docker.getContainer(plan.sidecarName).kill();
    const deadline = Date.now() + 20_000;
    let text = "";
    while (!text.includes('"restarted":true') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      text = await runIn(plan.sidecarName, ["cat", "/run/bot-bottle/network.json"], "10001").catch(() => "");
    }
    expect(text).toContain('"restarted":true');
    expect(fixture.events).toContainEqual(expect.objectContaining({ type: "warning" }));
  });

  for (const fate of ["refuse", "lose-answer"] as const) {
    it.each(POINTS)(
      `leaves nothing when the engine does not ${fate === "refuse" ? "do" : "answer"}: %s (%i)`,
      async (what, turn) => {
        let isHit = false;
        const act = (): Fate => {
          isHit = true;
          return fate;
        };
        const states = await fixture.states();
        const { error } = await launchOver(at(what, turn, act));
        expect(isHit).toBe(true);
        expect(BotBottleError.is(error)).toBe(true);
        await expectNothing(states);
      },
    );
  }

  it.each(POINTS)("leaves nothing when it is stopped at: %s (%i)", async (what, turn) => {
    const controller = new AbortController();
    const act = (): Fate => {
      controller.abort();
      return "pass";
    };
    const states = await fixture.states();
    const { error } = await launchOver(at(what, turn, act), controller.signal);
    expect(error).toMatchObject({ code: "BB_ABORTED" });
    await expectNothing(states);
  });
});

async function expectNoResources(): Promise<void> {
  expect(await fixture.left()).toEqual([]);
}
