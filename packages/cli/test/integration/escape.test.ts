import { randomBytes } from "node:crypto";
import {
  type AttackGround,
  type AttackResult,
  runAttack,
  type WallAttack,
  WALL_ATTACKS,
} from "@bot-bottle/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { addressOf, describeWithEngine, docker, makeNetwork, pidOf, runContainer, Undo } from "../support/engine.ts";
import { AGENT_PORT, makeScene, RECEIVED, type Scene, SIDECAR_PORTS, UNDECLARED } from "../support/escape-scene.ts";
import { bridgeOf, Capture, inNetworkOf, interfacesOf, type Packet, rootOutput } from "../support/host-tools.ts";
import { asksDns, probe } from "../support/probe.ts";
import { run, until } from "../support/process.ts";
import { containerGround } from "../support/running-bottle.ts";

const USERS = ["agent", "root"] as const;
const TABLE = WALL_ATTACKS.map((attack) => [attack.id, attack] as const);

const CURL_FAILURES: Readonly<Record<number, string>> = { 6: "no such name", 7: "no connection", 28: "no connection" };

const undo = new Undo();
let scene: Scene;
const results = new Map<string, Promise<AttackResult>>();

/** Starts every attack at once, on its unguarded machine and in the bottle; a test waits for its own. */
function attackAll(): void {
  const keep = (key: string, result: Promise<AttackResult>): void => {
    result.catch(() => undefined);
    results.set(key, result);
  };
  for (const attack of WALL_ATTACKS) {
    const [ground, aims] = scene.ground(attack.id);
    keep(attack.id, runAttack(ground, attack, aims, "root"));
    for (const user of USERS) keep(`${attack.id} ${user}`, runAttack(scene.bottle, attack, scene.aims, user));
  }
}

function attackCalled(id: string): WallAttack {
  const found = WALL_ATTACKS.find((attack) => attack.id === id);
  if (found === undefined) throw new Error(`no attack ${id}`);
  return found;
}

/** A plain container of the same image as the bottle's agent, on the plain network. */
async function plainTwin(options: readonly string[] = [], command?: readonly string[]): Promise<string> {
  const image = await docker(["inspect", "--format", "{{.Image}}", scene.bottle.agent]);
  const given = command === undefined ? {} : { command };
  return await runContainer(undo, { network: scene.plain.name, image, options, ...given });
}

const holding = (packets: readonly Packet[], text: string): readonly Packet[] =>
  packets.filter(({ bytes }) => bytes.includes(text));

describeWithEngine("the wall", () => {
  beforeAll(async () => {
    scene = await makeScene(undo);
    attackAll();
    await Promise.allSettled(results.values());
  });
  afterAll(() => undo.run());

  it.each(TABLE)("%s gets out of a plain container", async (id) => {
    expect((await results.get(id))?.open).toBeTruthy();
  });

  describe.each(USERS)("as %s", (user) => {
    it.each(TABLE)("%s does not get out of a bottle", async (id) => {
      expect(await results.get(`${id} ${user}`)).toMatchObject({ id, open: undefined });
    });
  });

  it("is closed by the sidecar's policy where an attack asks the proxy", async () => {
    const records = await scene.installation.records(scene.bottle.slug);
    const codes = new Set(records.flatMap((record) => (record.type === "refusal" ? [record.code] : [])));
    expect([...codes]).toEqual(expect.arrayContaining(["ip_literal", "host_not_declared", "authority_mismatch"]));
  });

  it("has no way round the proxy for curl --noproxy", async () => {
    const { bottle, hostPort, outside, plain } = scene;
    const twin = containerGround(await plainTwin(["--dns", outside.address]));
    const urls = [`http://${outside.address}/`, `https://${UNDECLARED}/`, `http://${plain.gateway}:${hostPort}/`];
    const fetched = async (machine: AttackGround): Promise<readonly string[]> =>
      await Promise.all(
        urls.map(async (url) => {
          const argv = ["curl", "--noproxy", "*", "--insecure", "--silent", "--max-time", "4", url];
          const { exitCode, stdout } = await machine.exec({ argv, user: "agent" });
          return exitCode === 0 ? "fetched" : `${CURL_FAILURES[exitCode] ?? exitCode}${stdout}`;
        }),
      );
    expect(await fetched(twin)).toEqual(["fetched", "fetched", "fetched"]);
    expect(await fetched(bottle)).toEqual(["no connection", "no such name", "no connection"]);
  });

  describe("a random DNS name", () => {
    it("leaves no packet beyond the sidecar, and leaves from a plain container", async () => {
      const { bottle, aims, ground } = scene;
      const [secret, control] = [1, 2].map(() => `q${randomBytes(12).toString("hex")}`) as [string, string];
      const dns = attackCalled("wall.dns");
      const inside = await interfacesOf(await bridgeOf(`bot-bottle-${bottle.slug}-internal`));
      const own = await interfacesOf(scene.plain.bridge);
      const capture = await Capture.start("udp or tcp port 53");
      const resolve = `require("dns").lookup("${secret}.test", () => {}); fetch("https://${secret}.test").catch(() => {})`;
      const [machine, plainAims] = ground("wall.dns");
      await Promise.all([
        ...USERS.map((user) => runAttack(bottle, dns, { ...aims, dnsSuffix: `${secret}.test` }, user)),
        ...USERS.map((user) => bottle.exec({ argv: ["node", "--eval", resolve], user })),
        runAttack(machine, dns, { ...plainAims, dnsSuffix: `${control}.test` }, "agent"),
      ]);
      const packets = await capture.stop();
      const seen = holding(packets, secret);
      expect(seen.length).toBeGreaterThan(0); // the question to the sidecar itself
      expect(seen.filter(({ interfaceIndex }) => !inside.has(interfaceIndex))).toEqual([]);
      expect(holding(packets, control).some(({ interfaceIndex }) => !own.has(interfaceIndex))).toBe(true);
    });
  });

  describe("the sidecar's doors", () => {
    const HTTP_SERVER = `require("http").createServer((request, response) => response.end("open"))`;
    let egress: string;
    let internal: string;
    let plain: { readonly outer: string; readonly inner: string; readonly behind: string };
    /** a container on the same network as the sidecar's way out */
    let stranger: string;

    beforeAll(async () => {
      ({ sidecarEgress: egress, sidecarInternal: internal } = await scene.addresses(scene.other));
      [plain, stranger] = await Promise.all([plainSidecar(), runContainer(undo, { network: scene.shared.name })]);
    });

    /** A machine with two legs like a sidecar's, which forwards, and which listens everywhere and on its inner leg alone. */
    async function plainSidecar(): Promise<typeof plain> {
      const hidden = await makeNetwork(undo);
      const server = `${HTTP_SERVER}.listen(9099); ${HTTP_SERVER}.listen(9100, require("os").networkInterfaces().eth1[0].address)`;
      const name = await runContainer(undo, { network: scene.shared.name, command: ["sleep", "infinity"] });
      await docker(["network", "connect", hidden.name, name]);
      await docker(["exec", "--detach", name, "node", "--eval", server]);
      const listener = `require("dgram").createSocket("udp4").on("message", (text) => require("fs").appendFileSync("${RECEIVED}", text)).bind(${AGENT_PORT})`;
      const behind = await runContainer(undo, { network: hidden.name, command: ["node", "--eval", listener] });
      const [outer, inner] = [await addressOf(name, scene.shared.name), await addressOf(name, hidden.name)];
      await until("a plain server", async () => (await probe({ address: outer, first: 9099, last: 9099 }))[9099]);
      return { outer, inner, behind };
    }

    it("are shut on the egress side, every port, to the host and to a stranger beside it", async () => {
      const every = { first: 1, last: 65_535 };
      expect(await probe({ address: plain.outer, first: 9000, last: 9200 })).toEqual({ 9099: "answered" });
      expect(await probe({ address: plain.outer, first: 9000, last: 9200 }, stranger)).toEqual({ 9099: "answered" });
      expect(await probe({ address: egress, ...every }, stranger)).toEqual({});
      expect(await probe({ address: egress, first: 1, last: 10_000 })).toEqual({});
      expect(await asksDns(egress)).not.toBe("answered");
      expect(await asksDns(egress, stranger)).not.toBe("answered");
    });

    it("answer nobody who reaches the internal address through the egress side", async () => {
      const pid = await pidOf(stranger);
      const routes = [
        [internal, egress],
        [plain.inner, plain.outer],
      ] as const;
      for (const [to, via] of routes) {
        await rootOutput("ip", "route", "add", to, "via", via);
        undo.defer(() => rootOutput("ip", "route", "del", to, "via", via));
        await inNetworkOf(pid, "ip", "route", "add", to, "via", via);
      }
      const answering = async (address: string, from?: string): Promise<readonly string[]> => {
        const states = [...SIDECAR_PORTS, 9100].map((port) => probe({ address, first: port, last: port }, from));
        const found = Object.entries(Object.assign({}, ...(await Promise.all(states))) as Record<string, string>);
        return found.filter(([, state]) => state === "answered").map(([port]) => port);
      };
      for (const from of [undefined, stranger]) {
        expect(await answering(plain.inner, from)).toEqual(["9099", "9100"]);
        expect(await answering(internal, from)).toEqual([]);
        expect(await asksDns(internal, from)).not.toBe("answered");
      }
    });

    it("pass nothing on to the agent's machine", async () => {
      const pid = await pidOf(stranger);
      const behind = await docker([
        "inspect",
        "--format",
        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
        plain.behind,
      ]);
      const { agent } = await scene.addresses(scene.other);
      await inNetworkOf(pid, "ip", "route", "add", behind, "via", plain.outer);
      await inNetworkOf(pid, "ip", "route", "add", agent, "via", egress);
      // Docker's own rules would stop it, too; without them it is the sidecar alone that does.
      const rule = ["DOCKER-USER", "--destination", agent, "--jump", "ACCEPT"];
      await rootOutput("iptables", "--insert", ...rule);
      undo.defer(() => rootOutput("iptables", "--delete", ...rule));
      const send = (to: string): string =>
        `require("dgram").createSocket("udp4").send("passed", ${AGENT_PORT}, "${to}", () => process.exit())`;
      const received = async (container: string): Promise<string | undefined> => {
        const { stdout } = await run("docker", ["exec", container, "sh", "-c", `cat ${RECEIVED} 2>/dev/null`]);
        return stdout === "" ? undefined : stdout;
      };
      await until("a datagram through a plain machine", async () => {
        await docker(["exec", stranger, "node", "--eval", send(agent)]);
        await docker(["exec", stranger, "node", "--eval", send(behind)]);
        return await received(plain.behind);
      });
      expect(await received(scene.other.agent)).toBeUndefined();
    });

    it("are shut on the bottle's own egress network, to a stranger who joins it", async () => {
      const { bottle } = scene;
      const { sidecarEgress } = await scene.addresses(bottle);
      const joined = await runContainer(undo, { network: `bot-bottle-${bottle.slug}-egress` });
      try {
        const found = await Promise.all(
          SIDECAR_PORTS.map((port) => probe({ address: sidecarEgress, first: port, last: port }, joined)),
        );
        expect(Object.assign({}, ...found)).toEqual({});
        expect(await probe({ address: sidecarEgress, first: 1, last: 65_535 })).toEqual({});
      } finally {
        await docker(["rm", "--force", joined]);
      }
    });
  });

  describe("the first process", () => {
    const WRITE = `echo "$0" >/proc/1/fd/1; echo "$0" >/proc/1/fd/2`;
    const logFiles = async (container: string, text: string): Promise<string> => {
      const dir = await docker(["info", "--format", "{{.DockerRootDir}}"]);
      const id = await docker(["inspect", "--format", "{{.Id}}", container]);
      return (await run("grep", ["-rl", text, `${dir}/containers/${id}`])).stdout.trim();
    };

    it("has no output that the engine keeps", async () => {
      const twin = await plainTwin(["--user", "node"]);
      const [control, secret] = [1, 2].map(() => `mark-${randomBytes(8).toString("hex")}`) as [string, string];
      await containerGround(twin).exec({ argv: ["sh", "-c", WRITE, control], user: "agent" });
      expect(await docker(["logs", twin])).toContain(control);
      expect(await logFiles(twin, control)).not.toBe("");
      for (const user of USERS) await scene.bottle.exec({ argv: ["sh", "-c", WRITE, secret], user });
      expect((await run("docker", ["logs", scene.bottle.agent])).stdout).not.toContain(secret);
      expect(await logFiles(scene.bottle.agent, secret)).toBe("");
    });

    it("is not the agent's to end", async () => {
      const kill = {
        argv: ["sh", "-c", "for s in INT HUP TERM KILL; do kill -$s 1; done; sleep 0.5"],
        user: "agent",
      } as const;
      const isRunning = async (container: string): Promise<string> =>
        await docker(["inspect", "--format", "{{.State.Running}}", container]);
      const twin = await plainTwin(["--user", "node"]);
      await containerGround(twin).exec(kill);
      await until("the end of a plain container", async () => ((await isRunning(twin)) === "false" ? true : undefined));
      const { stderr } = await scene.bottle.exec(kill);
      expect(stderr).toMatch(/permitted/i);
      expect(await isRunning(scene.bottle.agent)).toBe("true");
    });
  });
});
