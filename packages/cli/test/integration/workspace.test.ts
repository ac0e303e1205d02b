import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { describeWithEngine, docker, Undo } from "../support/engine.ts";
import { Installation } from "../support/installation.ts";
import { output } from "../support/process.ts";
import { startBottle } from "../support/running-bottle.ts";

/** Sees what was copied in, commits one thing and leaves another uncommitted. */
const WORK = `
set -e
test "$(cat committed.txt)$(cat changed.txt)$(cat new.txt)" = "one two three"
test ! -e ignored.txt
echo four >>committed.txt
git -c user.name=Agent -c user.email=agent@example.com commit --quiet --message "By the agent" committed.txt
echo five >draft.txt
set +e
`;

const undo = new Undo();
let installation: Installation;
let repository: string;
/** what nobody but the human may change */
let before: string;

const git = async (...argv: readonly string[]): Promise<string> =>
  await output("git", ["-c", "user.name=Human", "-c", "user.email=human@example.com", ...argv], { cwd: repository });

/** Nothing is left on the engine, and nothing of the human's is another. */
async function expectInOrder(): Promise<void> {
  expect(await installation.left()).toEqual([]);
  expect(await humansView()).toBe(before);
}

/** Everything that a checkout or a merge would change. */
async function humansView(): Promise<string> {
  return [
    await git("rev-parse", "HEAD"),
    await git("branch", "--show-current"),
    await git("status", "--porcelain"),
  ].join();
}

interface Ended {
  readonly slug: string;
  readonly exitCode: number | undefined;
}

const START = ["start", "work", "--cwd", "--headless", "--yes", "--json"];

async function exits(code: number): Promise<Ended> {
  const { exitCode, stdout, stderr } = await installation.run([...START, "--prompt", `${WORK}\nexit ${code}`], {
    cwd: repository,
  });
  expect(stderr).toContain("bot-bottle pull");
  const { slug, changedFiles } = JSON.parse(stdout) as { slug: string; changedFiles: readonly string[] };
  expect(changedFiles).toEqual(["committed.txt", "draft.txt"]);
  return { slug, exitCode };
}

async function isStopped(signal: NodeJS.Signals): Promise<Ended> {
  const bottle = await startBottle(installation, "work", { script: WORK, argv: ["--cwd"], cwd: repository });
  const { exitCode } = await bottle.stop(signal);
  return { slug: bottle.slug, exitCode };
}

const ENDINGS: readonly [how: string, exitCode: number | undefined, end: () => Promise<Ended>][] = [
  ["exit 0", 0, () => exits(0)],
  ["exit 3", 3, () => exits(3)],
  ["Ctrl-C", 130, () => isStopped("SIGINT")],
  [
    "a kill of the command, then cleanup",
    undefined,
    async () => {
      const ended = await isStopped("SIGKILL");
      expect(await installation.left()).not.toEqual([]);
      expect((await installation.run(["cleanup", "--yes"])).stdout).toContain(ended.slug);
      return ended;
    },
  ],
  [
    "a kill of the command and a reboot, then cleanup",
    undefined,
    async () => {
      const ended = await isStopped("SIGKILL");
      await docker(["kill", `bot-bottle-${ended.slug}`, `bot-bottle-${ended.slug}-sidecar`]);
      expect((await installation.run(["cleanup", "--yes"])).stdout).toContain(ended.slug);
      return ended;
    },
  ],
];

describeWithEngine("a workspace that is copied in", () => {
  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-workspace-0123456789" });
    undo.defer(() => installation.remove());
    await installation.write(
      "work",
      `agent_provider: { template: claude, dockerfile: ${installation.stubDockerfile} }`,
    );
    repository = join(installation.root, "repository");
    await mkdir(repository);
    await git("init", "--quiet", "--initial-branch", "main");
    const write = async (name: string, text: string): Promise<void> => {
      await writeFile(join(repository, name), text);
    };
    await write("committed.txt", "one\n");
    await write("changed.txt", "nothing\n");
    await write(".gitignore", "ignored.txt\n");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "By the human");
    await write("committed.txt", "one");
    await git("commit", "--quiet", "--all", "--message", "Again");
    for (const [name, text] of [
      ["changed.txt", " two"],
      ["new.txt", " three"],
      ["ignored.txt", "secret"],
    ] as const)
      await write(name, text);
    before = await humansView();
  });
  afterAll(() => undo.run());

  it.each(ENDINGS)("gives the agent's work back after %s", async (_how, exitCode, end) => {
    const ended = await end();
    expect(ended.exitCode).toBe(exitCode);
    expect((await stat(join(installation.home, "state", ended.slug, "work.bundle"))).size).toBeGreaterThan(0);

    const branch = `bot-bottle/${ended.slug}`;
    await expect(git("rev-parse", "--verify", branch)).rejects.toThrow();
    await installation.json(["pull", ended.slug], { cwd: repository });
    expect(await git("log", "-1", "--format=%s", branch)).toBe("By the agent");
    expect(await git("show", `${branch}:committed.txt`)).toBe("onefour");
    expect(await git("show", `${branch}-uncommitted:draft.txt`)).toBe("five");
    expect(await git("show", `${branch}-uncommitted:changed.txt`)).toBe("two");
    await expectInOrder();
  });

  it("stays in the bottle when it cannot be saved, until it is given up", async () => {
    const { slug } = await isStopped("SIGKILL");
    await docker(["exec", "--user", "0", `bot-bottle-${slug}`, "sh", "-c", 'rm "$(command -v git)"']);
    const kept = await installation.run(["cleanup", "--yes"]);
    expect(kept.exitCode).toBe(1);
    expect(kept.stderr).toMatch(/git is gone from the bottle\.\n.*cleanup --discard/);
    expect(await installation.left()).toHaveLength(4);
    expect((await installation.run(["cleanup", "--yes", "--discard"])).stdout).toBe(`Removed ${slug}.\n`);
    await expectInOrder();
  });

  it("leaves nothing to pull where nothing was done, or where the human gave it up", async () => {
    for (const [prompt, argv] of [
      ["true", []],
      [WORK, ["--discard"]],
    ] as const) {
      const started = await installation.json<{ slug: string; workSaved: boolean }>(
        ["start", "work", "--cwd", "--headless", "--yes", ...argv, "--prompt", prompt],
        { cwd: repository },
      );
      expect(started.workSaved).toBe(false);
      expect((await installation.run(["pull", started.slug], { cwd: repository })).exitCode).toBe(1);
      await expectInOrder();
    }
  });
});
