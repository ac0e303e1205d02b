import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CliProcess } from "../support/cli-process.ts";
import { describeWithEngine, docker, Undo } from "../support/engine.ts";
import { COMMAND, Installation } from "../support/installation.ts";
import { output, run, until } from "../support/process.ts";
import { type RunningBottle, startBottle } from "../support/running-bottle.ts";
import { writeScriptedAgent } from "../support/scripted-agent.ts";

const TOKEN = `sk-ant-oat01-${randomBytes(32).toString("hex")}`;
// eslint-disable-next-line no-control-regex
const COLOUR = /\x1b\[\d/;

const undo = new Undo();
let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: TOKEN });
  undo.defer(() => installation.remove());
});
afterAll(() => undo.run());

/** A command on a terminal, typed at and watched. */
const onTerminal = (argv: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess => {
  const cli = CliProcess.startOnTerminal(installation, argv, { env });
  undo.defer(() => cli.dispose());
  return cli;
};

describe("init, list, info, why", () => {
  it("init writes manifests that start takes, asks before it replaces one, and leaves no draft", async () => {
    const first = await installation.run(["init"]);
    expect([first.exitCode, first.stdout]).toEqual([0, expect.stringMatching(/^wrote \S+bottles\/dev\.md\nwrote /)]);
    expect(await installation.run(["start", "dev", "--dry-run"])).toMatchObject({ exitCode: 0, stderr: "" });
    const preflight = await installation.json<object>(["start", "dev", "--dry-run"]);
    expect(preflight).toMatchObject({ schemaVersion: 1, agent: { name: "dev" } });
    const formatted = await installation.run(["start", "dev", "--dry-run", "--format", "json"]);
    expect(JSON.parse(formatted.stdout)).toEqual({ ...preflight, slug: expect.any(String) });
    const own = join(installation.home, "bottles", "dev.md");
    await appendFile(own, "My notes.\n");
    const again = await installation.run(["init"]);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringMatching(/^BB_INPUT_REQUIRED .*Replace/)]);
    expect(await readFile(own, "utf8")).toContain("My notes.");
    const asked = onTerminal(["init"]);
    for (const file of ["bottles", "agents"]) {
      await asked.prints(new RegExp(`Replace \\S*${file}/dev\\.md\\?`));
      asked.stdin.write("n");
    }
    await asked.prints(/kept \S*bottles/);
    expect(await readFile(own, "utf8")).toContain("My notes.");
    expect(await installation.json(["init", "--yes"])).toEqual({
      written: [own, own.replace("bottles", "agents")],
      kept: [],
    });
    expect(await readFile(own, "utf8")).not.toContain("My notes.");
    expect(await readdir(join(installation.home, "bottles"))).toEqual(["dev.md"]);
  });

  it("list, info and why answer with tables, and with the same as one document", async () => {
    const file = join(installation.home, "agents", "dev.md");
    const agents = await installation.run(["list", "agents"]);
    expect(agents.stdout.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["AGENTS", "FROM", "FILE"],
      ["dev", "home", file],
      [""],
    ]);
    expect(await installation.json(["list", "agents"])).toEqual({ agents: [{ name: "dev", origin: "home", file }] });

    const info = await installation.json<{ values: readonly { key: string; from: string }[] }>(["info", "dev"]);
    expect(info).toMatchObject({ agent: "dev", bottles: [{ name: "dev" }] });
    expect(info.values).toContainEqual(
      expect.objectContaining({ key: "egress.log", from: expect.stringMatching(/dev\.md:\d+:\d+$/) }),
    );
    expect((await installation.run(["info", "dev"])).stdout).toMatch(/^agent dev in bottle dev\n\nKEY +VALUE +FROM\n/);

    const url = "https://registry.npmjs.org/left-pad";
    const allowed = await installation.run(["why", "dev", "get", url]);
    expect([allowed.exitCode, allowed.stdout]).toEqual([
      0,
      expect.stringMatching(/^allowed by registry\.npmjs\.org:443 .*dev\.md/),
    ]);
    const refused = await installation.run(["why", "dev", "PUT", url]);
    expect([refused.exitCode, refused.stdout]).toEqual([
      1,
      expect.stringMatching(/^refused: [^]*What would allow it[^]*methods: \["PUT"\]/),
    ]);
    const asJson = await installation.run(["why", "dev", "GET", "https://example.com/", "--json"]);
    expect([asJson.exitCode, JSON.parse(asJson.stdout)]).toEqual([
      1,
      expect.objectContaining({ outcome: "refuse", code: "host_not_declared" }),
    ]);
  });

  it("asks with a picker on a terminal for an argument that is missing", async () => {
    await installation.write("alpha", "env: {}");
    const cli = onTerminal(["info"]);
    await cli.prints(/Which agent\?/);
    await cli.prints(/alpha[^]*dev/);
    cli.stdin.write("\u001b[B"); // down
    await delay(200);
    cli.stdin.write("\r");
    await cli.prints(/agent dev in bottle dev/);
    expect(await cli.ended).toMatchObject({ exitCode: 0 });
  });
});

describe("streams", () => {
  it("colours are for terminals, and NO_COLOR and TERM=dumb are honoured", async () => {
    const argv = ["start", "nobody", "--dry-run"];
    const ends = async (env: NodeJS.ProcessEnv): Promise<string> => (await onTerminal(argv, env).ended).stdout;
    expect(await ends({})).toMatch(COLOUR);
    expect(await ends({ NO_COLOR: "1" })).not.toMatch(COLOUR);
    expect(await ends({ TERM: "dumb" })).not.toMatch(COLOUR);
    expect((await installation.run(argv)).stderr).not.toMatch(COLOUR);
  });

  it("a reader that goes away is no failure", async () => {
    const script = (argv: string): string =>
      `"${process.execPath}" "${COMMAND}" ${argv} | true; echo "code \${PIPESTATUS[0]}"`;
    for (const argv of ["--help", "list --json", "completion bash", "start dev --dry-run"]) {
      const { stdout, stderr } = await run("bash", ["-c", script(argv)], { env: installation.env });
      expect([argv, stdout, stderr.replace(/warning: [^]*/, "")]).toEqual([argv, "code 0\n", ""]);
    }
  });
});

/** What bash offers for the last of some words. */
async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const script = `
bot-bottle() { "${process.execPath}" "${COMMAND}" "$@"; }
source <(bot-bottle completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
$(complete -p bot-bottle | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = await run("bash", ["-c", script, "bash", "bot-bottle", ...words], {
    env: installation.env,
    cwd: installation.root,
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  return ran.stdout.split("\n").filter((word) => word !== "");
}

async function hasShell(name: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${name}`])).exitCode === 0;
}

describe("completion", () => {
  beforeAll(async () => {
    for (const name of ["alpha", "dev"]) await installation.write(name, "env: {}");
  });

  it("bash completes commands, options, their values and names", async () => {
    expect(await complete("st")).toEqual(["start"]);
    expect(await complete("start", "")).toEqual(["alpha", "dev"]);
    expect(await complete("start", "de")).toEqual(["dev"]);
    expect(await complete("start", "dev", "--he")).toEqual(["--headless", "--help"]);
    expect(await complete("start", "--bottle", "al")).toEqual(["alpha"]);
    expect(await complete("start", "--format", "")).toEqual(["text", "json"]);
    expect(await complete("start", "--headless", "de")).toEqual(["dev"]);
    expect(await complete("list", "ac")).toEqual(["active"]);
    expect(await complete("why", "dev", "G")).toEqual(["GET"]);
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("init", "")).toEqual([]);
    expect(await complete("logs", "--")).toEqual(expect.arrayContaining(["--follow", "--verify", "--json"]));
    expect(await complete("start", "--bottle", "dev", "al")).toEqual(["alpha"]);
    expect(await complete("start", "--bottle", "=", "al")).toEqual(["alpha"]);
    expect(await complete("start", "--prompt-file", join(installation.root, "us"))).toEqual([
      join(installation.root, "user"),
    ]);
    expect(await complete("exec", "x", "--", "")).toEqual([]);
  });

  it("does not run what a repository calls its agents", async () => {
    const agents = join(installation.root, ".bot-bottle", "agents");
    await mkdir(agents, { recursive: true });
    for (const name of ["$(touch ran)", "`touch ran`", "a b", "shipped"])
      await writeFile(join(agents, `${name}.md`), "---\n---\n");
    expect(await complete("start", "")).toEqual(["alpha", "dev", "shipped"]);
    expect(await complete("start", "$(touch ran)")).toEqual([]);
    expect(await readdir(installation.root)).not.toContain("ran");
  });

  it.each(["bash", "zsh", "fish"])(
    "the script for %s is one that the shell reads, where there is one",
    async (shell) => {
      const { exitCode, stdout } = await installation.run(["completion", shell]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("bot-bottle")]);
      const file = join(installation.root, `completion.${shell}`);
      await writeFile(file, stdout);
      expect((await hasShell(shell)) ? (await run(shell, ["-n", file])).stderr : "").toBe("");
    },
  );
});

describeWithEngine("with a running bottle", () => {
  let bottle: RunningBottle;
  const exec = (...argv: readonly string[]): readonly string[] => ["exec", bottle.slug, "--", ...argv];

  beforeAll(async () => {
    const dockerfile = await writeScriptedAgent(join(installation.root, "agent"));
    await installation.write("working", `agent_provider: { dockerfile: ${dockerfile} }`);
    bottle = await startBottle(installation, "working");
    undo.defer(() => bottle.stop("SIGTERM"));
  });

  it("exec passes streams and exit code through, and takes arguments as they are", async () => {
    const ran = await installation.run(exec("sh", "-c", "echo out; echo err >&2; id -un; exit 7"));
    expect(ran).toEqual({ exitCode: 7, stdout: "out\nnode\n", stderr: "err\n" });
    const words = ["a b", "$HOME", "*", "", "--json", "'\""];
    expect((await installation.run(exec("printf", "[%s]", ...words))).stdout).toBe(
      words.map((word) => `[${word}]`).join(""),
    );
    expect((await installation.run(["exec", bottle.slug, "--root", "--", "id", "-u"])).stdout).toBe("0\n");
    const asJson = await installation.run([
      "exec",
      bottle.slug,
      "--json",
      "--",
      "sh",
      "-c",
      "echo out; echo err >&2; exit 3",
    ]);
    expect([asJson.exitCode, JSON.parse(asJson.stdout)]).toEqual([
      3,
      { slug: bottle.slug, exitCode: 3, stdout: "out\n", stderr: "err\n" },
    ]);
    expect([126, 127]).toContain((await installation.run(exec("no-such-program"))).exitCode);
  });

  it("exec passes binary input and output whole", async () => {
    const bytes = randomBytes(3_000_000);
    const cli = CliProcess.start(
      installation,
      exec("sh", "-c", "tee /tmp/copy | sha256sum; cat /tmp/copy | sha256sum >&2"),
      { stdin: bytes },
    );
    undo.defer(() => cli.dispose());
    const hash = createHash("sha256").update(bytes).digest("hex");
    expect(await cli.ended).toMatchObject({ exitCode: 0, stdout: `${hash}  -\n`, stderr: `${hash}  -\n` });
    const script = `"${process.execPath}" "${COMMAND}" exec ${bottle.slug} -- cat /tmp/copy | sha256sum`;
    expect(await output("bash", ["-c", script], { env: installation.env })).toBe(`${hash}  -`);
  });

  it("exec ends with its command though its input stays open, and its command ends with it", async () => {
    const open = CliProcess.start(installation, exec("echo", "done"));
    undo.defer(() => open.dispose());
    const ended = await Promise.race([open.ended, delay(20_000, undefined, { ref: false })]);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "done\n" });

    const mark = `3${randomBytes(3).readUIntBE(0, 3)}`;
    const stopped = CliProcess.start(installation, exec("sh", "-c", `echo ready; sleep ${mark}`));
    undo.defer(() => stopped.dispose());
    await stopped.prints(/ready/);
    stopped.interrupt();
    expect(await Promise.race([stopped.ended, delay(20_000, undefined, { ref: false })])).toMatchObject({
      exitCode: 130,
    });
    await until("the end of the command in the bottle", async () =>
      (await docker(["top", bottle.agent, "-o", "pid,args"])).includes(mark) ? undefined : true,
    );
  });

  it("names what runs when a bottle is misspelt, and lists it", async () => {
    const typo = `${bottle.slug.slice(0, -2)}${bottle.slug.slice(-1)}`;
    const { exitCode, stderr } = await installation.run(["exec", typo, "--", "true"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`Did you mean "${bottle.slug}"?`)]);
    const { active } = await installation.json<{ active: readonly unknown[] }>(["list", "active"]);
    expect(active).toContainEqual(
      expect.objectContaining({ slug: bottle.slug, agent: "working", owner: "running", up: true }),
    );
    expect((await installation.run(["list", "active"])).stdout).toMatch(
      new RegExp(`^${bottle.slug} +working +docker +running`, "m"),
    );
  });

  it("logs: lines for people, one document as data, and records as they come", async () => {
    const { slug } = bottle;
    await installation.run(exec("curl", "-sS", "https://undeclared.example/"));
    const text = await until("the refusal in the trail", async () => {
      const { stdout } = await installation.run(["logs", slug]);
      return stdout.includes("refused GET undeclared.example/") ? stdout : undefined;
    });
    expect(text).toMatch(/^\S+Z {2}start\n/);
    const { records } = await installation.json<{ slug: string; records: readonly { type: string; seq: number }[] }>([
      "logs",
      slug,
    ]);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index));
    expect(records).toContainEqual(
      expect.objectContaining({ type: "refusal", host: "undeclared.example", code: "host_not_declared" }),
    );
    const running = await installation.run(["logs", slug, "--verify"]);
    expect([running.exitCode, running.stdout]).toEqual([
      0,
      expect.stringMatching(/^whole so far: \d+ records?; the bottle/),
    ]);

    const follow = CliProcess.start(installation, ["logs", slug, "--follow", "--json"]);
    undo.defer(() => follow.dispose());
    await follow.prints(/undeclared\.example/);
    await installation.run(exec("curl", "-sS", "https://second.example/"));
    await follow.prints(/second\.example/);
    for (const line of follow.stdout.trimEnd().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ type: expect.any(String) });

    const head = await run("bash", ["-c", `"${process.execPath}" "${COMMAND}" logs ${slug} --follow | head -1`], {
      env: installation.env,
      timeoutMs: 20_000,
    });
    expect(head).toMatchObject({ exitCode: 0, stderr: "" });
    follow.interrupt();
    expect(await follow.ended).toMatchObject({ exitCode: 130, stderr: "" });
  });

  it("attach takes a session over; its start keeps the bottle until the new one ends", async () => {
    const first = onTerminal(["start", "working", "--yes"]);
    const slug = await first.prints(/session (\S+)/);
    const declined = onTerminal(["attach", slug]);
    await declined.prints(/End the running session/);
    declined.stdin.write("n");
    expect(await declined.ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("BB_DECLINED") });

    const second = onTerminal(["attach", slug, "--yes"]);
    await second.prints(/session/);
    await first.prints(/goes on where it was attached/);
    second.stdin.write("hello\r");
    await second.prints(/got hello/);
    expect(first.stdout).not.toContain("Removing the bottle");
    second.stdin.write("exit 5\r");
    expect(await second.ended).toMatchObject({ exitCode: 5 });
    await first.ended;
    expect(await docker(["ps", "--all", "--quiet", "--filter", `name=${slug}`])).toBe("");
  });

  it("attach keeps cleanup from a bottle whose start was killed; later it goes", async () => {
    const first = onTerminal(["start", "working", "--yes"]);
    const pid = Number(await first.prints(/pid (\d+)\./));
    const slug = await first.prints(/session (\S+)/);
    await first.kill(pid);
    const second = onTerminal(["attach", slug, "--yes"]);
    await second.prints(/session/);
    expect((await installation.run(["cleanup", "--yes"])).stdout).toMatch(/^Nothing to remove\.$/m);
    second.stdin.write("exit 0\r");
    await second.prints(/The bottle stays: bot-bottle cleanup/);
    expect(await second.ended).toMatchObject({ exitCode: 0 });
    expect((await installation.run(["cleanup", "--yes"])).stdout).toBe(`Removed ${slug}.\n`);
  });

  it("logs --verify: whole at the end, and not once a line was changed", async () => {
    const { slug } = bottle;
    expect((await bottle.end(3)).exitCode).toBe(3);
    const whole = await installation.run(["logs", slug, "--verify"]);
    expect([whole.exitCode, whole.stdout]).toEqual([0, expect.stringMatching(/^whole: \d+ records\n$/)]);
    const file = join(installation.home, "audit", `${slug}.jsonl`);
    await writeFile(file, (await readFile(file, "utf8")).replace("undeclared.example", "harmless.example"));
    const changed = await installation.json<{ ok: boolean }>(["logs", slug, "--verify"]).catch(() => undefined);
    expect(changed).toBeUndefined();
    const { exitCode, stdout } = await installation.run(["logs", slug, "--verify"]);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/:\d+: [^]*not whole: \d+ finding/)]);
  });

  it("doctor proves the wall, as a document and by its exit code", async () => {
    const { ok, checks } = await installation.json<{ ok: boolean; checks: readonly { id: string; status: string }[] }>([
      "doctor",
    ]);
    expect(ok).toBe(true);
    expect(checks).toContainEqual(expect.objectContaining({ id: "docker.wall", status: "pass" }));
    expect(checks).toContainEqual(expect.objectContaining({ id: "docker.engine", status: "pass" }));
    expect(checks.filter(({ status }) => !["pass", "warn", "skip"].includes(status))).toEqual([]);
  });
});
