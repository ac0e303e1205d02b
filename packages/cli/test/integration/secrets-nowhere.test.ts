import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CliProcess } from "../support/cli-process.ts";
import { BASE_IMAGE, describeWithEngine, docker, Undo } from "../support/engine.ts";
import { asRoot } from "../support/host-tools.ts";
import { Installation } from "../support/installation.ts";
import { run, until } from "../support/process.ts";
import { type StandIn, startStandIn } from "../support/stand-in.ts";

const ALLOWED = "allowed.test";
const token = (prefix: string): string => `${prefix}-${randomBytes(30).toString("base64url")}`;
const TOKENS = { variable: token("sk-ant-oat01"), file: token("route") };

/** A value as it is, in hex, and in base64 wherever it may begin in a longer text. */
function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((at) => {
    const packed = Buffer.from("x".repeat(at) + value).toString("base64");
    return packed.slice(at === 0 ? 0 : 4, packed.length - 4);
  });
  return [value, Buffer.from(value).toString("hex"), ...base64];
}

/** Steps of the agent; the test looks around while the third waits. */
const STEPS = [
  `curl -sS https://${ALLOWED}/`,
  `curl -sS https://blocked.test/`,
  "touch /tmp/waiting; until [ -e /tmp/go ]; do sleep 0.1; done",
];

const begun = new Date(Date.now() - 1000).toISOString();
const undo = new Undo();
let installation: Installation;
let standIn: StandIn;
let running: CliProcess;
let agent: string;
let events: Events;

/** Everything that the engine tells to whoever listens. */
class Events {
  readonly #child: ChildProcess;
  text = "";

  constructor() {
    this.#child = spawn("docker", ["events", "--format", "{{json .}}"], { stdio: ["ignore", "pipe", "ignore"] });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.text += chunk.toString("utf8")));
  }

  stop(): void {
    this.#child.kill();
  }
}

const holding = (text: string, forms: readonly string[]): boolean => forms.some((form) => text.includes(form));

/** In the machines. What it looks for comes from its stdin: arguments would be a place where a secret is found. */
const SEARCH = ["grep", "-rlasF", "--devices=skip", "--file=-"];

/**
 * Files below some folders that hold one of the forms, of those that came or changed since this test began: the engine's
 * data is large. Root looks.
 */
async function filesHolding(forms: readonly string[], folders: readonly string[]): Promise<readonly string[]> {
  const patterns = join(installation.root, "patterns");
  await writeFile(patterns, forms.join("\n"), { mode: 0o600 });
  const grep = ["grep", "-laF", "--no-messages", `--file=${patterns}`, "--"];
  const [file, argv] = asRoot(["find", ...folders, "-type", "f", "-newerct", begun, "-exec", ...grep, "{}", "+"]);
  const { exitCode, stdout, stderr } = await run(file, argv, { timeoutMs: 110_000 });
  if (exitCode === undefined) throw new Error(`the search did not end: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Processes of this machine, those in containers included, whose arguments hold one of the forms. */
async function processesHolding(forms: readonly string[]): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "")));
  return lines.filter((line) => holding(line, forms));
}

/** All that the engine shows of everything that it has: this session's things and everybody's. */
async function inspectAll(): Promise<string> {
  const ids = async (...argv: readonly string[]): Promise<readonly string[]> =>
    (await docker([...argv, "--quiet"])).split("\n").filter((line) => line !== "");
  const [containers, networks, images] = await Promise.all([
    ids("ps", "--all"),
    ids("network", "ls"),
    ids("image", "ls"),
  ]);
  const texts = await Promise.all([
    run("docker", ["inspect", ...containers]),
    run("docker", ["network", "inspect", ...networks]),
    run("docker", ["image", "inspect", ...new Set(images)]),
    run("docker", ["info"]),
  ]);
  return texts.map(({ stdout }) => stdout).join("\n");
}

const dataFolder = async (): Promise<string> => await docker(["info", "--format", "{{.DockerRootDir}}"]);
const everyForm = Object.values(TOKENS).flatMap(formsOf);

/** Where a secret is found that must be nowhere. */
async function findings(forms: readonly string[], folders: readonly string[]): Promise<readonly string[]> {
  const [files, processes, inspected] = await Promise.all([
    filesHolding(forms, folders),
    processesHolding(forms),
    inspectAll(),
  ]);
  return [
    ...files.map((name) => `file ${name}`),
    ...processes.map((line) => `arguments ${line.slice(0, 40)}`),
    ...(holding(inspected, forms) ? ["inspect"] : []),
    ...(holding(events.text, forms) ? ["events"] : []),
  ];
}

describeWithEngine("a secret", () => {
  let folders: readonly string[];

  beforeAll(async () => {
    events = new Events();
    undo.defer(async () => {
      events.stop();
    });
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKENS.variable });
    undo.defer(() => installation.remove());
    const temporary = join(installation.root, "tmp");
    const tokenFile = join(installation.root, "token");
    await writeFile(tokenFile, TOKENS.file, { mode: 0o600 });
    await run("mkdir", [temporary]);
    folders = [installation.home, temporary, await dataFolder()];
    const answers = { [`GET ${ALLOWED}/`]: { body: "allowed" } };
    standIn = await startStandIn(undo, installation, { steps: STEPS, hosts: [ALLOWED], answers });
    await installation.write(
      "secretive",
      `
agent_provider: { template: claude }
egress:
  log: 2
  upstream: ${standIn.upstream}
  routes:
    - ${standIn.apiRoute}
    - { host: ${ALLOWED}, auth: { scheme: Bearer, token_ref: "file:${tokenFile}" }, allow_private: ["${standIn.network.subnet}"] }
`,
    );
    const argv = ["start", "secretive", "--headless", "--yes", "--json", "--prompt", "go"];
    running = CliProcess.start(installation, argv, { env: { TMPDIR: temporary }, stdin: "" });
    undo.defer(() => running.dispose());
    agent = await until("a bottle", async () => {
      const names = (await installation.left()).filter((line) => line.startsWith("container "));
      return names.find((line) => !line.endsWith("-sidecar"))?.replace("container ", "");
    });
    await until("the agent's third call", async () =>
      (await run("docker", ["exec", agent, "ls", "/tmp"])).stdout.includes("waiting") ? true : undefined,
    );
  });
  afterAll(() => undo.run());

  it("is in the requests that the sidecar sends on", async () => {
    const values = (await standIn.requests()).map(({ authorization }) => authorization);
    expect(values).toEqual(expect.arrayContaining(Object.values(TOKENS).map((value) => `Bearer ${value}`)));
  });

  it("is nowhere else on this machine while the session runs, and neither is the authority's key", async () => {
    expect(await findings(everyForm, folders)).toEqual([]);
    expect(await filesHolding(["PRIVATE KEY"], folders.slice(0, 2))).toEqual([]);
  });

  it("is in neither machine's files, arguments or environments", async () => {
    const places = "/proc/[0-9]*/environ /proc/[0-9]*/cmdline /tmp /run /home /etc /dev/shm /var/tmp";
    for (const [container, user, known] of [
      [agent, "node", "CLAUDE_CODE_OAUTH_TOKEN="],
      [agent, "0", "nameserver "],
      [`${agent}-sidecar`, "10001", "sidecar.mjs"],
    ] as const) {
      const look = async (...texts: readonly string[]): Promise<readonly string[]> => {
        const argv = ["exec", "--interactive", "--user", user, container, "sh", "-c", `${SEARCH.join(" ")} ${places}`];
        const { stdout } = await run("docker", argv, { stdin: texts.join("\n") });
        return stdout.split("\n").filter((line) => line !== "");
      };
      expect(await look(known)).not.toEqual([]); // the search itself works
      expect(await look(...everyForm)).toEqual([]);
    }
  });

  it("is nowhere after the session, whose trail and events are there", async () => {
    await docker(["exec", "--user", "node", agent, "touch", "/tmp/go"]);
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(0);
    expect(holding(stdout + stderr, everyForm)).toBe(false);
    expect(await installation.left()).toEqual([]);
    expect(await findings(everyForm, folders)).toEqual([]);
    expect(events.text).toContain(`"name":"${agent}"`);
    expect(events.text).toContain("exec_start");
    const { slug } = JSON.parse(stdout) as { slug: string };
    expect(await filesHolding(["host_not_declared"], [join(installation.home, "audit")])).toEqual([
      join(installation.home, "audit", `${slug}.jsonl`),
    ]);
  });

  describe("that leaks", () => {
    const leak = token("planted");
    const [plain, , base64 = ""] = formsOf(leak);
    const found = async (): Promise<readonly string[]> => await findings(formsOf(leak), folders);

    it("in a file is found, also in base64", async () => {
      const file = join(installation.home, "state", "leak");
      await writeFile(file, `{"authorization":"${Buffer.from(`user:${leak}`).toString("base64")}"}`);
      expect(await found()).toEqual([`file ${file}`]);
      await run("rm", [file]);
    });

    it("in arguments is found", async () => {
      const child = spawn("sleep", ["60"], { argv0: `sleep ${plain ?? ""}` });
      const places = await found();
      child.kill();
      expect(places).toEqual([expect.stringMatching(/^arguments sleep/)]);
    });

    it("in a container's environment is found in inspect and in the engine's data", async () => {
      const argv = ["create", "--env", `TOKEN=${base64}`, "--label", `token=${base64}`, BASE_IMAGE, "true"];
      const id = await docker(argv);
      await until("the event", () => (holding(events.text, formsOf(leak)) ? true : undefined));
      const places = await found();
      await docker(["rm", id]);
      expect(places).toEqual(expect.arrayContaining(["inspect", "events"]));
      expect(places.join()).toContain(`/containers/${id}/`);
    });
  });
});
