import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { issueCertificate, mintAuthority } from "../../../../tooling/model-api/index.mjs";
import { BASE_IMAGE, describeWithEngine, makeNetwork, runContainer, Undo } from "../support/engine.ts";
import { EngineGate } from "../support/engine-gate.ts";
import { COMMAND, Installation } from "../support/installation.ts";
import { output, run, type Ran, until } from "../support/process.ts";
import { expectRefusal, expectRefused, GO, type Refusal } from "../support/refusal.ts";

const TOKEN = `sk-ant-oat01-${randomBytes(32).toString("hex")}`;

const undo = new Undo();
let installation: Installation;

async function expectNothingLeft(): Promise<void> {
  expect(await installation.left()).toEqual([]);
  expect(await readdir(join(installation.home, "state")).catch(() => [])).toEqual([]);
}

/** A command as user 1000, who has no right to the engine and owns an installation of its own. */
const asUser = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"] as const;
const canBecomeUser =
  process.getuid?.() === 0 && (await run(asUser[0], [...asUser.slice(1), "test", "-r", COMMAND])).exitCode === 0;
const describeAsUser = canBecomeUser ? describe : describe.skip;

describeAsUser("as a user of the machine without rights", () => {
  let home: string;
  const runAsUser = (argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
    run(asUser[0], [...asUser.slice(1), process.execPath, COMMAND, ...argv], {
      cwd: "/",
      env: { ...installation.env, DOCKER_CONFIG: join(installation.root, "user"), ...env },
    });

  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
    ({ home } = installation);
    await installation.write("dev", "env: {}");
  });
  afterAll(() => installation.remove());

  it("a key file that others own, or that the world may read, is refused", async () => {
    const key = join(installation.root, "key");
    await installation.write("keyed", `agent_provider: { auth_token: "file:${key}" }`);
    await writeFile(key, TOKEN, { mode: 0o600 });
    await output("chown", ["-R", "1000:1000", installation.root]);
    await output("chown", ["0:0", key]);
    const unreadable: Refusal = { code: "BB_SECRET_UNAVAILABLE", says: /key/, hint: /owner|mode|chmod/ };
    expectRefusal(await runAsUser(["start", "keyed", "--dry-run"]), unreadable);
    await output("chown", ["1000:1000", key]);
    await chmod(key, 0o644);
    const open = await runAsUser(["start", "keyed", "--dry-run"]);
    expectRefusal(open, unreadable);
    expect(open.stderr).not.toContain(TOKEN);
    await chmod(key, 0o600);
    expect(await runAsUser(["start", "keyed", "--dry-run"])).toMatchObject({ exitCode: 0 });
  });

  it("an engine's socket that refuses it is said to do so by every command", async () => {
    await output("chown", ["-R", "1000:1000", installation.root]);
    const gate = await EngineGate.open(installation.root);
    try {
      const path = gate.host.slice("unix://".length);
      await chmod(path, 0o600);
      const permission: Refusal = { code: "BB_ENGINE_PERMISSION", says: /refuses this user/, hint: /group/ };
      for (const argv of [
        ["start", "dev", ...GO],
        ["list", "active"],
        ["cleanup", "--yes"],
        ["exec", "dev-abcde", "--", "ls"],
      ]) {
        expectRefusal(await runAsUser(argv, { DOCKER_HOST: gate.host }), permission);
      }
      expect(gate.seen).toEqual([]);
    } finally {
      await gate.close();
    }
    const doctor = await runAsUser(["doctor", "--json"], { DOCKER_HOST: gate.host });
    expect([doctor.exitCode, (JSON.parse(doctor.stdout) as { ok: boolean }).ok]).toEqual([1, false]);
  });

  it("a home of somebody else's is refused before anything is made", async () => {
    const foreign = join(installation.root, "foreign");
    await cp(home, foreign, { recursive: true });
    await output("chown", ["-R", "0:0", foreign]);
    await output("chmod", ["-R", "go+rX", foreign]);
    const ran = await runAsUser(["init", "--yes"], { BOT_BOTTLE_HOME: foreign });
    expectRefusal(ran, { code: "BB_HOME_UNUSABLE", says: /foreign/, hint: /owns|BOT_BOTTLE_HOME/ });
  });
});

describe("without an engine", () => {
  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
    await installation.write("dev", "env: {}");
  });
  afterAll(() => installation.remove());

  it("every command that needs it says so; dry runs and the list of manifests work", async () => {
    const env = { DOCKER_HOST: `unix://${join(installation.root, "nowhere.sock")}` };
    const down: Refusal = {
      code: "BB_ENGINE_UNAVAILABLE",
      says: /nowhere\.sock: no such socket/,
      hint: /Start Docker/,
    };
    for (const argv of [
      ["start", "dev", ...GO],
      ["list", "active"],
      ["cleanup", "--yes"],
      ["exec", "dev-abcde", "--", "ls"],
    ]) {
      await expectRefused(installation, argv, down, env);
    }
    expect(await installation.run(["start", "dev", "--dry-run"], { env })).toMatchObject({ exitCode: 0, stderr: "" });
    const listed = await installation.run(["list"], { env });
    expect([listed.exitCode, listed.stdout]).toEqual([0, expect.stringMatching(/^dev /m)]);
    expect(listed.stderr).toMatch(/^warning: What is active is not known/);
  });

  it("an engine over plain tcp on another machine is refused, and nothing is sent there", async () => {
    await expectRefused(
      installation,
      ["start", "dev", ...GO],
      { code: "BB_ENGINE_REFUSED", says: /plain tcp/, hint: /ssh:/ },
      { DOCKER_HOST: "tcp://192.0.2.1:2375" },
    );
  });
});

const canMount =
  process.getuid?.() === 0 &&
  (await run("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])).exitCode === 0;

(canMount ? describe : describe.skip)("with a disk that is full", () => {
  let mounted: string;

  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
    mounted = installation.home;
  });
  afterAll(async () => {
    await run("umount", [mounted]);
    await installation.remove();
  });

  it("start and init say so, and keep what is there", async () => {
    await output("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", mounted]);
    for (const dir of ["bottles", "agents"]) await mkdir(join(mounted, dir), { mode: 0o700 });
    const own = "---\nenv: {}\n---\nMy own notes.\n";
    await installation.write("dev", "");
    await writeFile(join(mounted, "bottles", "dev.md"), own);
    await run("dd", ["if=/dev/zero", `of=${join(mounted, "filler")}`, "bs=4k"]);
    const full: Refusal = { code: "BB_DISK_FULL", says: /full/, hint: /space/ };
    await expectRefused(installation, ["start", "dev", ...GO], full);
    await expectRefused(installation, ["init", "--yes"], full);
    expect(await readFile(join(mounted, "bottles", "dev.md"), "utf8")).toBe(own);
    // Room for the installation's id, not for a state folder.
    await writeFile(join(mounted, "owner"), randomBytes(16).toString("hex")).catch(() => undefined);
    await expectRefused(installation, ["start", "dev", ...GO], full);
    await rm(join(mounted, "filler"));
    expect(await installation.run(["init", "--yes"])).toMatchObject({ exitCode: 0 });
  });
});

describeWithEngine("on an engine where something fails", () => {
  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
  });
  afterEach(() => expectNothingLeft());
  afterAll(async () => {
    await undo.run();
    await installation.remove();
  });

  /** An agent with an image of its own. */
  async function withImage(name: string, steps: string): Promise<string> {
    const dir = join(installation.root, name);
    await mkdir(dir, { recursive: true });
    await writeFile(
      join(dir, "Dockerfile"),
      `FROM ${BASE_IMAGE}\nRUN echo ${randomBytes(4).toString("hex")}\n${steps}\n`,
    );
    await installation.write(name, `agent_provider: { dockerfile: ${join(dir, "Dockerfile")} }`);
    return name;
  }

  const startFails = async (name: string, expected: Refusal, env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
    const ran = await installation.run(["start", name, ...GO], { env });
    expectRefusal(ran, expected);
    return ran;
  };

  it("a prompt that no argument can hold is refused before anything is made", async () => {
    await installation.write("talkative", `agent_provider: { dockerfile: ${installation.stubDockerfile} }`);
    const prompt = join(installation.root, "prompt.txt");
    await writeFile(prompt, "x".repeat(128 * 1024));
    const ran = await installation.run(["start", "talkative", "--headless", "--yes", "--prompt-file", prompt]);
    expectRefusal(ran, { code: "BB_USAGE", says: /128 KiB/, hint: /file of the workspace/, exitCode: 2 });
    expect(ran.stderr).not.toContain("Starting the bottle");
  });

  it("an image that cannot be built: the last lines of its output are the hint", async () => {
    const steps = "RUN for i in $(seq 1 40); do echo line $i; done; sleep 0.5; echo the reason >&2; exit 3";
    const { stderr } = await startFails(await withImage("broken", steps), {
      code: "BB_IMAGE_BUILD",
      says: /returned a non-zero code: 3/,
      hint: /line 40\n(?:.*\n)*.*the reason/,
    });
    expect(stderr.slice(stderr.indexOf("BB_IMAGE_BUILD"))).not.toContain("line 2\n");
  });

  it("a disk that is full during a build, in a step and in the engine itself", async () => {
    const full: Refusal = { code: "BB_DISK_FULL", says: /disk is full.*build the image/, hint: /docker system df/ };
    // Really full: the memory disk of a build's container has 64 MiB.
    await startFails(await withImage("full", "RUN dd if=/dev/zero of=/dev/shm/file bs=1M count=100"), full);
    const gate = await EngineGate.open(installation.root);
    try {
      const message = "failed to register layer: write /usr/bin/node: no space left on device";
      gate.answer(({ method, path }) => method === "POST" && path === "/build", {
        headers: { "content-type": "application/json" },
        body: `${JSON.stringify({ stream: "Step 1/2" })}\n${JSON.stringify({ errorDetail: { message }, error: message })}\n`,
      });
      await startFails(await withImage("full-engine", ""), full, { DOCKER_HOST: gate.host });
    } finally {
      await gate.close();
    }
  });

  it("an engine that goes away during a launch, and comes back for cleanup", async () => {
    const gate = await EngineGate.open(installation.root);
    const hold = gate.hold("answer", ({ method, path }) => method === "POST" && path === "/networks/create");
    const name = await withImage("gone", "");
    const ran = installation.run(["start", name, ...GO], { env: { DOCKER_HOST: gate.host } });
    await hold.reached(2);
    await gate.close();
    expectRefusal(await ran, { code: "BB_ENGINE_UNAVAILABLE", says: /went away/, hint: /cleanup/ });
    const cleaned = await installation.run(["cleanup", "--yes"]);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringMatching(/^Removed gone-/)]);
  });

  it("a clock that is days away from the engine's", async () => {
    const gate = await EngineGate.open(installation.root);
    try {
      const date = new Date(Date.now() + 3 * 86_400_000).toUTCString();
      gate.answer(({ path }) => path === "/_ping", { headers: { date } });
      await startFails(
        await withImage("skewed", ""),
        { code: "BB_LAUNCH", says: /clock is 72 hours ahead/, hint: /Set the clock/ },
        { DOCKER_HOST: gate.host },
      );
      expect(gate.seen.filter(({ method }) => method !== "GET")).toEqual([]);
    } finally {
      await gate.close();
    }
  });

  it("an upstream that is down, or whose certificate is bad, is refused by a code and a hint to the agent", async () => {
    const network = await makeNetwork(undo);
    const authority = mintAuthority("known");
    const names = ["good.test", "untrusted.test", "other-name.test"];
    const certificates = {
      "good.test": issueCertificate(authority, ["good.test"]),
      "untrusted.test": issueCertificate(mintAuthority("unknown"), ["untrusted.test"]),
      "other-name.test": issueCertificate(authority, ["good.test"]),
    };
    const server = `
const tls = require("node:tls"), https = require("node:https");
const certificates = JSON.parse(process.env.CERTIFICATES);
const SNICallback = (name, done) => done(null, tls.createSecureContext(certificates[name]));
https.createServer({ SNICallback }, (_request, response) => response.end("good\\n")).listen(443, () => console.log("listening"));`;
    const container = await runContainer(undo, {
      network: network.name,
      aliases: names,
      user: "0",
      options: ["--env", `CERTIFICATES=${JSON.stringify(certificates)}`],
      command: ["node", "--eval", server],
    });
    await until("the upstream", async () =>
      (await output("docker", ["logs", container])).includes("listening") ? true : undefined,
    );
    const ca = join(installation.root, "ca.pem");
    await writeFile(ca, authority.cert);
    const hosts = [
      ...names.map((host) => `{ host: ${host}, allow_private: ["${network.subnet}"] }`),
      `{ host: good.test, port: 444, allow_private: ["${network.subnet}"] }`,
      "{ host: nowhere.test }",
    ];
    await installation.write(
      "upstreams",
      `agent_provider: { dockerfile: ${installation.stubDockerfile} }
egress:
  upstream: { network: ${network.name}, ca_file: ${ca} }
  routes: [${hosts.join(", ")}]`,
    );
    const urls = [...names.map((name) => `https://${name}/`), "https://good.test:444/", "https://nowhere.test/"];
    const prompt = urls.map((url) => `curl -sS --max-time 20 ${url}; echo`).join("\n");
    const { exitCode, stdout } = await installation.run(["start", "upstreams", "--headless", "--prompt", prompt]);
    const answers = stdout.split("\n").filter((line) => line !== "");
    expect([exitCode, answers[0]]).toEqual([0, "good"]);
    const errors = answers
      .slice(1)
      .map((line) => (JSON.parse(line) as { error: { code: string; hint: string } }).error);
    expect(errors.map(({ code }) => code)).toEqual([
      "upstream_certificate",
      "upstream_certificate",
      "upstream_failed",
      "unresolved",
    ]);
    expect(errors.every(({ hint }) => hint.length > 10)).toBe(true);
  });
});
