import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type Answer,
  API,
  type Arrived,
  type CredentialsScene,
  type Job,
  makeCredentialsScene,
  MODEL_TOKEN,
  ROUTE_TOKEN,
} from "../support/credentials-scene.ts";
import { addressOf, describeWithEngine, docker, pidOf, Undo } from "../support/engine.ts";
import { HostsFile, inNetworkOf } from "../support/host-tools.ts";
import { hostAddresses } from "../support/host-servers.ts";
import { until } from "../support/process.ts";

const ATTACKER = "attacker-0123456789";
const MINT = "/api/oauth/claude_cli/create_api_key";

const undo = new Undo();
let scene: CredentialsScene;
/** connections to this machine, which no bottle may reach */
let hostConnections = 0;

const request = (host: string, target: string, { method = "GET", lines = [] as string[], body = "" } = {}): string =>
  [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: close",
    ...(method === "POST" ? [`Content-Length: ${body.length}`] : []),
    ...lines,
    "",
    body,
  ].join("\r\n");

/** A request through the sidecar. */
function guarded(host: string, target: string, options?: Parameters<typeof request>[2]): Job {
  return { via: "tunnel", host, raw: request(host, target, options) };
}

/** The same one straight to the origin. */
function straight(host: string, target: string, options?: Parameters<typeof request>[2]): Job {
  return { host, raw: request(host, target, options) };
}

const codeOf = (answer: Answer | undefined): string | undefined => /"code":"(\w+)"/.exec(answer?.text ?? "")?.[1];
/** Header fields and trailers as text, empty for what did not arrive. */
const headersOf = (one: Arrived | undefined): string => [...(one?.raw ?? []), ...(one?.trailers ?? [])].join("\n");
const wholeOf = (one: Arrived): string => `${one.url}\n${headersOf(one)}`;

async function sendOne(job: Job, from?: string): Promise<Answer> {
  const [answer] = await scene.send([job], from);
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

describeWithEngine("credentials", () => {
  beforeAll(async () => {
    const server = createServer((socket) => {
      hostConnections++;
      socket.on("error", () => undefined).end("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhost\n");
    });
    await once(server.listen(0, "::"), "listening");
    undo.defer(async () => {
      server.close();
    });
    scene = await makeCredentialsScene(undo, (server.address() as AddressInfo).port);
  });
  beforeEach(async () => {
    await scene.arrived();
  });
  afterAll(() => undo.run());

  describe("minting a key with the injected login", () => {
    const spellings = [
      MINT,
      `/v1/messages/../..${MINT}`,
      `/v1/messages/%2e%2e/%2e%2e${MINT}`,
      `/v1/messages/..%2f..${MINT}`,
      `/v1/messages/..;/..;${MINT}`,
      `//api/oauth/claude_cli/create_api_key`,
      `/api/%6fauth/claude_cli/create_api_key`,
      `/api/oauth%2fclaude_cli%2fcreate_api_key`,
      `/api/oauth%252fclaude_cli/create_api_key`,
      `\\api\\oauth\\claude_cli\\create_api_key`,
      "/api/OAuth/claude_cli/create_api_key",
    ];

    it("works where no rule is in the way", async () => {
      const { status } = await sendOne(guarded("open.test", MINT, { method: "POST" }));
      const [arrived] = await scene.arrived();
      expect([status, arrived?.method, arrived?.url]).toEqual([200, "POST", MINT]);
      expect(headersOf(arrived)).toContain(`Bearer ${ROUTE_TOKEN}`);
    });

    it("is refused on the model API, in every spelling", async () => {
      const answers = await scene.send(spellings.map((path) => guarded(API, path, { method: "POST" })));
      expect(answers.map(({ status }) => Math.floor(status / 100))).toEqual(spellings.map(() => 4));
      expect(codeOf(answers[0])).toBe("provider_refused");
      expect(await scene.arrived()).toEqual([]);
    });

    it("does not follow from a request that is allowed", async () => {
      const override = ["X-Original-URL: ", "X-Rewrite-URL: "].map((name) => `${name}${MINT}`);
      const lines = [...override, "X-HTTP-Method-Override: DELETE"];
      const { status } = await sendOne(guarded(API, "/v1/messages", { method: "POST", lines }));
      const [arrived] = await scene.arrived();
      expect([status, arrived?.url]).toEqual([200, "/v1/messages"]);
      expect(headersOf(arrived)).toContain(`Bearer ${MODEL_TOKEN}`);
      expect(headersOf(arrived)).not.toMatch(/original|rewrite|override/i);
    });
  });

  describe("an account of the attacker's own", () => {
    const carriers = [
      `X-Api-Key: ${ATTACKER}`,
      `Cookie: session=${ATTACKER}`,
      `PRIVATE-TOKEN: ${ATTACKER}`,
      `Authorization: Bearer ${ATTACKER}`,
      `Proxy-Authorization: Basic ${ATTACKER}`,
      `X_Api_Key: ${ATTACKER}`,
      `X-Goog-Api-Key: ${ATTACKER}`,
    ];
    const targets = [`/ok?key=${ATTACKER}`, `/ok?access_token=${ATTACKER}`, `/ok?%6bey=${ATTACKER}`];

    const attempts: readonly (readonly [target: string, lines: string[]])[] = [
      ...carriers.map((line): [string, string[]] => ["/ok", [line]]),
      ...targets.map((target): [string, string[]] => [target, []]),
    ];

    it("reaches an origin straight in every header and query, and never beside an injected credential", async () => {
      await scene.send(
        attempts.map(([target, lines]) => straight("pass.test", target, { lines })),
        scene.stranger,
      );
      const plainly = await scene.arrived();
      expect(plainly.filter((one) => wholeOf(one).includes(ATTACKER))).toHaveLength(attempts.length);

      const hosts = ["guarded.test", "open.test", "key.test"];
      const jobs = attempts.flatMap(([target, lines]) => [
        ...hosts.map((host) => guarded(host, target, { lines })),
        guarded(API, target.replace("/ok", "/v1/models"), { lines }),
      ]);
      const answers = await scene.send(jobs);
      const arrived = await scene.arrived();
      expect(arrived.filter((one) => wholeOf(one).includes(ATTACKER))).toEqual([]);
      expect(arrived.filter((one) => !/sk-ant-oat01-|route-/.test(headersOf(one)))).toEqual([]);
      // All went out but the one that wrote into the very header of the model's placeholder.
      expect(answers.map(codeOf).filter((code) => code !== undefined)).toEqual(["foreign_credential"]);
      expect(arrived).toHaveLength(jobs.length - 1);
    });

    it("in trailers is taken off, too", async () => {
      const lines = ["Transfer-Encoding: chunked", "Trailer: X-Api-Key"];
      const raw = request("open.test", "/ok", { lines }).replace("GET", "PUT");
      const body = `1\r\na\r\n0\r\nX-Api-Key: ${ATTACKER}\r\n\r\n`;
      await scene.send([{ host: "open.test", raw: raw + body }], scene.stranger);
      expect((await scene.arrived())[0]?.trailers?.join()).toContain(ATTACKER);
      await scene.send([{ via: "tunnel", host: "open.test", raw: raw + body }]);
      const [arrived] = await scene.arrived();
      expect(arrived?.method).toBe("PUT");
      expect(headersOf(arrived)).not.toContain(ATTACKER);
    });

    it("is refused in the very header of the model's credential, and a guess of it tells nothing", async () => {
      const values = [ATTACKER, MODEL_TOKEN, `${MODEL_TOKEN.slice(0, -1)}x`, MODEL_TOKEN.slice(0, 20)];
      const answers = await scene.send(
        values.map((value) => guarded(API, "/v1/models", { lines: [`Authorization: Bearer ${value}`] })),
      );
      expect(answers.map(codeOf)).toEqual(values.map(() => "foreign_credential"));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(await scene.arrived()).toEqual([]);
    });
  });

  describe("in the clear", () => {
    it("a credential travels where a route says so, and never on a route that injects one", async () => {
      const lines = [`Authorization: Bearer ${ATTACKER}`];
      await scene.send([{ via: "proxy", host: "", raw: request("clear.test", "http://clear.test/ok", { lines }) }]);
      expect(headersOf((await scene.arrived())[0])).toContain(ATTACKER);
      const hosts = ["open.test", "guarded.test", API];
      const answers = await scene.send([
        ...hosts.map((host): Job => ({ via: "proxy", host, raw: request(host, `http://${host}/ok`) })),
        ...hosts.map((host): Job => ({ via: "tunnel", tls: false, port: 80, host, raw: request(host, "/ok") })),
        // What a program that ignores the proxy does: the names lead to the sidecar itself.
        ...hosts.map((host): Job => ({ tls: false, port: 80, host, raw: request(host, "/ok") })),
      ]);
      expect(answers.map(codeOf)).toEqual(answers.map(() => "host_not_declared"));
      expect(await scene.arrived()).toEqual([]);
    });

    it("is not what a manifest may ask for", async () => {
      await expectRefused("clear-auth", "{ host: a.example.com, port: 80, auth: { token_ref: BB_ROUTE_TOKEN } }");
    });
  });

  describe("a tenant of a wildcard host", () => {
    it("gets the credential only where the human accepted that", async () => {
      await scene.send([guarded("evil.accepted.test", "/"), guarded("evil.tenants.test", "/")]);
      const [accepted, tenant] = await scene.arrived();
      expect(headersOf(accepted)).toContain(ROUTE_TOKEN);
      expect(tenant?.host).toBe("evil.tenants.test");
      expect(headersOf(tenant)).not.toContain(ROUTE_TOKEN);
    });

    it.each(["*.s3.amazonaws.com", "*.github.io", "*.tenants.example.com"])("%s: not by accident", async (host) => {
      await expectRefused("wildcard", `{ host: "${host}", auth: { token_ref: BB_ROUTE_TOKEN } }`);
    });
  });

  describe("a reflected credential", () => {
    const WAYS = ["body", "header", "cookie", "location", "status", "trailer", "gzip", "base64", "percent", "pieces"];
    const shows = (text: string, token: string): boolean => {
      const hex = [...Buffer.from(token)].map((byte) => `%${byte.toString(16)}`).join("");
      const packed = [0, 1, 2].map((at) =>
        Buffer.from(`${"x".repeat(at)}${token}`)
          .toString("base64")
          .slice(4, -4),
      );
      return [token, hex, ...packed].some((form) => text.includes(form));
    };

    it("comes back from the origin in every way, and in none through the sidecar", async () => {
      const lines = [`Authorization: Bearer ${ATTACKER}`];
      const mirrors = await scene.send(WAYS.map((way) => guarded("pass.test", `/reflect/${way}`, { lines })));
      expect(WAYS.filter((_, index) => !shows(mirrors[index]?.text ?? "", ATTACKER))).toEqual([]);
      await scene.arrived();

      const jobs = WAYS.flatMap((way) => ["open.test", "key.test"].map((host) => guarded(host, `/reflect/${way}`)));
      const answers = await scene.send(jobs);
      expect(jobs.filter((_, index) => shows(answers[index]?.text ?? "", ROUTE_TOKEN))).toEqual([]);
      const arrived = await scene.arrived();
      expect(arrived.filter((one) => headersOf(one).includes(ROUTE_TOKEN))).toHaveLength(jobs.length);
    });

    it("by TRACE comes back from the origin, and is refused by the sidecar", async () => {
      const lines = [`Authorization: Bearer ${ROUTE_TOKEN}`];
      expect((await sendOne(straight("open.test", "/", { method: "TRACE", lines }), scene.stranger)).text).toContain(
        ROUTE_TOKEN,
      );
      await scene.arrived();
      expect(codeOf(await sendOne(guarded("open.test", "/", { method: "TRACE" })))).toBe("method_not_allowed");
      expect(await scene.arrived()).toEqual([]);
    });
  });

  describe("a redirect to another host", () => {
    const follow = (token: string): readonly string[] => {
      const url = "https://open.test/redirect?to=https://collector.test/";
      return ["curl", "-sSkL", "--location-trusted", "--max-time", "8", "-H", `Authorization: Bearer ${token}`, url];
    };

    it("takes along what the client holds, which in a bottle is nothing", async () => {
      await docker(["exec", scene.stranger, ...follow(ROUTE_TOKEN)]);
      const collected = (list: readonly Arrived[]): string =>
        list
          .filter(({ host }) => host === "collector.test")
          .map(headersOf)
          .join();
      expect(collected(await scene.arrived())).toContain(ROUTE_TOKEN);
      await docker(["exec", "--user", "node", scene.bottle.agent, ...follow("placeholder")]);
      const arrived = await scene.arrived();
      expect(arrived.map(({ host }) => host)).toEqual(["open.test", "collector.test"]);
      expect(headersOf(arrived[0])).toContain(ROUTE_TOKEN);
      expect(collected(arrived)).not.toMatch(/authorization|route-/i);
    });
  });

  describe("a name that points elsewhere", () => {
    const host = hostAddresses().find((address) => !address.startsWith("fe") && address.includes(".")) ?? "";
    const hex = host
      .split(".")
      .map((part) => Number(part).toString(16).padStart(2, "0"))
      .join("");
    const wrapped = `${hex.slice(0, 4)}:${hex.slice(4)}`;
    /** what it points to → how the sidecar says no; `own` addresses are given to the plain container to have them answer */
    const CASES: readonly [name: string, address: string, code: string, own?: boolean][] = [
      ["loopback", "127.0.0.1", "blocked_address"],
      ["loopback6", "::1", "blocked_address"],
      ["unspecified", "0.0.0.0", "blocked_address"],
      ["host", host, "blocked_address"],
      ["mapped", `::ffff:${host}`, "blocked_address"],
      ["metadata", "169.254.169.254", "blocked_address", true],
      ["metadata-alibaba", "100.100.100.200", "blocked_address", true],
      ["metadata-azure", "168.63.129.16", "blocked_address", true],
      ["metadata6", "fd00:ec2::254", "blocked_address", true],
      ["nat64", `64:ff9b::${wrapped}`, "blocked_address", true],
      ["sixtofour", `2002:${wrapped}::1`, "blocked_address", true],
      ["documentation", "198.51.100.77", "private_address", true],
      ["private", "10.255.255.77", "private_address", true],
    ];
    const nameOf = (name: string): string => `${name}.address.test`;

    beforeAll(async () => {
      const lines = CASES.map(([name, address]) => `${address} ${nameOf(name)}`);
      for (const container of [scene.bottle.sidecar, scene.stranger]) await (await HostsFile.of(container)).set(lines);
      const pid = await pidOf(scene.stranger);
      for (const [, address, , own] of CASES) {
        if (own === true) await inNetworkOf(pid, "ip", "address", "add", address, "dev", "lo");
      }
      const server = `require("http").createServer((request, response) => response.end("own")).listen(${scene.addressPort}, "::")`;
      await docker(["exec", "--detach", scene.stranger, "node", "--eval", server]);
      await until("a server in the plain container", async () => {
        const [, address] = CASES[0] ?? [];
        const answer = await sendOne({ ...plainly("loopback"), host: address ?? "" }, scene.stranger);
        return answer.status === 200 ? true : undefined;
      });
      const counted = async (sending: Promise<readonly Answer[]>): Promise<[readonly Answer[], number]> => {
        hostConnections = 0;
        return [await sending, hostConnections];
      };
      const jobs = CASES.map(([name]) => plainly(name));
      [plain, connections.plain] = await counted(scene.send(jobs, scene.stranger));
      [refused, connections.refused] = await counted(scene.send(CASES.map(([name]) => through(nameOf(name)))));
    });

    const through = (name: string): Job => ({
      via: "tunnel",
      host: name,
      port: scene.addressPort,
      raw: request(`${name}:${scene.addressPort}`, "/"),
    });

    let plain: readonly Answer[];
    let refused: readonly Answer[];
    const connections = { plain: 0, refused: 0 };

    const plainly = (name: string): Job => ({
      host: nameOf(name),
      port: scene.addressPort,
      tls: false,
      raw: request(nameOf(name), "/"),
    });

    it("is reached without a guard, and refused by the sidecar, whatever it points to", () => {
      const outcomes = CASES.map(([name, address], index) => [
        ...[name, address, plain[index]?.status],
        ...[refused[index]?.status, codeOf(refused[index])],
      ]);
      expect(outcomes).toEqual(CASES.map(([name, address, code]) => [name, address, 200, 403, code]));
    });

    it("brings no connection to this machine", () => {
      expect(connections.plain).toBeGreaterThan(0);
      expect(connections.refused).toBe(0);
    });

    it("is refused when it points to the bottle itself or to a gateway", async () => {
      const { bottle, network } = scene;
      const internal = `bot-bottle-${bottle.slug}-internal`;
      const own = await addressOf(bottle.sidecar, network.name); // in a range that the route allows: nothing listens there
      const machines = [await addressOf(bottle.sidecar, internal), await addressOf(bottle.agent, internal)];
      const addresses = [...machines, network.gateway, own];
      const lines = addresses.map((address, index) => `${address} inside${index}.address.test`);
      await (await HostsFile.of(bottle.sidecar)).set(lines);
      const jobs = addresses.map((_, index) => through(`inside${index}.address.test`));
      const blocked = "blocked_address";
      expect((await scene.send(jobs)).map(codeOf)).toEqual([blocked, blocked, blocked, "upstream_failed"]);
    });
  });

  describe("a name that changes between check and connect", () => {
    const names = Array.from({ length: 200 }, (_, index) => `r${index}.rebind.test`);

    it("leads a careless client astray, and the sidecar never", async () => {
      const { network, origin, decoy, stranger, bottle } = scene;
      const addresses = [await addressOf(origin, network.name), await addressOf(decoy, network.name)] as const;
      const flips = [];
      for (const container of [stranger, bottle.sidecar])
        flips.push((await HostsFile.of(container)).flip(names, addresses));
      try {
        // It checks where the name points, and connects by name.
        const careless = `
          const dns = require("node:dns").promises, net = require("node:net");
          (async () => {
            for (let turn = 0; turn < 2000; turn++) {
              const { address } = await dns.lookup("r0.rebind.test");
              if (address !== "${addresses[0]}") continue;
              const peer = await new Promise((resolve) => {
                const socket = net.connect(443, "r0.rebind.test", () => { resolve(socket.remoteAddress); socket.destroy(); });
                socket.on("error", () => resolve(undefined));
              });
              if (peer === "${addresses[1]}") { console.log("astray"); return; }
            }
          })();`;
        expect(await docker(["exec", stranger, "node", "--eval", careless])).toBe("astray");
        await scene.arrived(decoy);
        const answers = await scene.send(names.map((name) => guarded(name, "/")));
        const outcomes = new Set(answers.map((answer) => codeOf(answer) ?? answer.status));
        expect(outcomes).toEqual(new Set([200, "private_address"]));
        expect(await scene.arrived(decoy)).toEqual([]);
      } finally {
        await Promise.all(flips.map((flip) => flip.stop()));
      }
    });
  });

  it("are nowhere in the trail of all this", async () => {
    const { stdout } = await scene.installation.run(["logs", scene.bottle.slug, "--json"]);
    expect(stdout).toContain('"provider_refused"');
    for (const value of [MODEL_TOKEN, ROUTE_TOKEN, ATTACKER]) expect(stdout).not.toContain(value);
  });
});

/** A route that no manifest may have. */
async function expectRefused(name: string, route: string): Promise<void> {
  const { installation } = scene;
  await installation.write(name, `agent_provider: { template: claude }\negress:\n  routes:\n    - ${route}`);
  const { exitCode, stderr } = await installation.run(["start", name, "--dry-run"]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("BB_MANIFEST_INVALID")]);
}
