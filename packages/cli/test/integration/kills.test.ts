import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { BASE_IMAGE, describeWithEngine, docker } from "../support/engine.ts";
import { EngineGate } from "../support/engine-gate.ts";
import type { Installation } from "../support/installation.ts";
import { KilledInstallation } from "../support/killed-installation.ts";
import { LAUNCH_STEPS, type LaunchStep, WORK_ON } from "../support/launch-steps.ts";
import { engineData, filesWith, remainsOf, spellings } from "../support/traces.ts";

const TOKENS = {
  variable: `sk-ant-oat01-${randomBytes(32).toString("hex")}`,
  file: `route-${randomBytes(32).toString("hex")}`,
};
const SECRETS = Object.values(TOKENS).flatMap(spellings);
/** What the agent writes into its machine, so that a search of the engine's data is known to find something. */
const MARKER = `marker-${randomBytes(16).toString("hex")}`;
const STRANGER = "bb-test-stranger";
const WORK = "cd ~/workspace && echo more >> file && git -c user.name=a -c user.email=a@b commit -qam more";

let place: KilledInstallation;
let installation: Installation;
let begun: string;

interface Active {
  readonly slug: string;
  readonly owner: string;
  readonly up: boolean;
}
interface CleanupAnswer {
  readonly plans: readonly { readonly foreign: readonly { name: string }[] }[];
  readonly removed: readonly string[];
}

async function listActive(): Promise<readonly Active[]> {
  const { active } = await installation.json<{ active: readonly Active[] }>(["list", "active"]);
  return active.filter(({ owner }) => owner !== "foreign");
}

/** Somebody else's container and volume with every label of a bottle. @returns asserts that they are as they were */
async function makeStranger(slug: string): Promise<() => Promise<void>> {
  const metadata = JSON.parse(await readFile(join(installation.home, "state", slug, "metadata.json"), "utf8")) as {
    nonce: string;
    created: string;
  };
  const { nonce, created } = metadata;
  const owner = (await readFile(join(installation.home, "owner"), "utf8")).trim();
  const labels = Object.entries({ slug, role: "agent", version: "0.0.0", owner, nonce, created }).flatMap(
    ([key, value]) => ["--label", `dev.bot-bottle.${key}=${value}`],
  );
  const name = `${STRANGER}-${randomBytes(4).toString("hex")}`;
  const id = await docker([
    ...["run", "--detach", "--network", "none", "--name", name, ...labels],
    ...[BASE_IMAGE, "sleep", "600"],
  ]);
  await docker(["volume", "create", ...labels, name]);
  return async () => {
    const state = await docker(["inspect", "--format", "{{.Id}} {{.State.Running}} {{.RestartCount}}", name]);
    const volume = await docker(["volume", "inspect", "--format", "{{.Name}}", name]);
    await docker(["rm", "--force", name]);
    await docker(["volume", "rm", name]);
    expect([state, volume]).toEqual([`${id} true 0`, name]);
  };
}

interface Expected {
  /** on the engine after the kill; undefined where it cannot be said */
  readonly containers: number | undefined;
  readonly networks: number;
  /** the sidecar has said something; undefined where it may have */
  readonly hasTrail: boolean | undefined;
  readonly hasWork?: boolean;
}

async function expectNoSecrets(): Promise<void> {
  const { inspected, folders } = await remainsOf(installation);
  expect(SECRETS.filter((text) => inspected.includes(text))).toEqual([]);
  expect(await filesWith(SECRETS, [installation.root])).toEqual([]);
  if ((await engineData()) !== undefined && folders.length > 0) expect(await filesWith(SECRETS, folders)).toEqual([]);
}

async function expectLeft(slug: string, { containers, networks, hasWork = false }: Expected): Promise<void> {
  const remains = await remainsOf(installation);
  expect(remains.containers).toHaveLength(containers ?? remains.containers.length);
  expect(remains.networks).toHaveLength(networks);
  const isOnEngine = remains.containers.length + networks > 0;
  const listed = (await listActive()).map(({ slug: name, owner }) => [name, owner]);
  expect(listed).toEqual(isOnEngine ? [[slug, "left"]] : []);
  if (hasWork && (await engineData()) !== undefined) {
    expect(await filesWith([MARKER], remains.folders)).not.toEqual([]);
  }
  await expectNoSecrets();
}

async function expectCleanedUp(slug: string, { hasTrail, hasWork = false }: Expected): Promise<void> {
  const { home } = installation;
  const expectUntouched = await makeStranger(slug);
  const { plans, removed } = await installation.json<CleanupAnswer>(["cleanup", "--yes"]);
  expect(removed).toEqual([slug]);
  const foreign = plans.flatMap((plan) => plan.foreign).filter(({ name }) => name.startsWith(STRANGER));
  expect(foreign).toHaveLength(2);
  await expectUntouched();
  expect(await remainsOf(installation)).toMatchObject({ containers: [], networks: [], volumes: [] });
  // By name, too: nothing of ours may have lost its labels.
  expect(await docker(["ps", "--all", "--quiet", "--filter", `name=${slug}`])).toBe("");
  expect(await docker(["network", "ls", "--quiet", "--filter", `name=${slug}`])).toBe("");
  expect(await KilledInstallation.containersRunning(MARKER)).toEqual([]);
  expect(await readdir(join(home, "state", slug)).catch(() => [])).toEqual(hasWork ? ["work.bundle"] : []);
  await expectNoSecrets();

  const trail = (await readdir(join(home, "audit"))).filter((name) => name.startsWith(slug)).sort();
  const isThere = hasTrail ?? trail.length > 0;
  expect(trail).toEqual(isThere ? [`${slug}.jsonl`, `${slug}.seal.json`] : []);
  if (!isThere) return;
  const { exitCode, stdout } = await installation.run(["logs", slug, "--verify"]);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^whole: \d+ records\n$/)]);
}

/** Starts an agent, kills the command at a step of its launch, and looks what becomes of it. */
async function killAt(step: LaunchStep, expected: Expected): Promise<void> {
  const gate = await EngineGate.open(installation.root);
  try {
    const reached = step.reach(gate);
    const work =
      expected.hasWork === true ? ["--cwd", "--prompt", `${WORK}; echo ${MARKER} > ~/marker; ${WORK_ON}`] : [];
    const argv = work.length > 0 ? work : ["--prompt", step.prompt ?? WORK_ON];
    const agent = step.isSlow === true ? "slow" : "ready";
    const cli = place.start([agent, "--headless", ...argv], { DOCKER_HOST: gate.host });
    await reached(cli);
    const slug = await place.slug();
    await cli.kill();
    await gate.close();
    await expectLeft(slug, expected);
    await expectCleanedUp(slug, expected);
  } finally {
    await gate.close();
  }
}

describeWithEngine("a start that is killed", () => {
  beforeAll(async () => {
    begun = await docker(["info", "--format", "{{.SystemTime}}"]);
    place = await KilledInstallation.make(TOKENS, MARKER);
    installation = place.installation;
  });
  afterEach(() => place.reset());
  afterAll(() => place.remove());

  const early = { networks: 2, hasTrail: false } as const;
  const late = { networks: 2, hasTrail: true } as const;
  it.each<{ readonly step: LaunchStep } & Expected>([
    { step: LAUNCH_STEPS.beforeNetwork, ...early, containers: 0, networks: 0 },
    { step: LAUNCH_STEPS.afterNetwork, ...early, containers: 0 },
    // The third network is the build's; the sidecar may be there.
    { step: LAUNCH_STEPS.build, ...early, containers: undefined, networks: 3 },
    { step: LAUNCH_STEPS.containers, ...early, containers: undefined },
    { step: LAUNCH_STEPS.afterSidecar, ...early, containers: undefined },
    // Sidecar and agent's machine get ready beside each other.
    { step: LAUNCH_STEPS.provisioning, ...late, hasTrail: undefined, containers: 2 },
    { step: LAUNCH_STEPS.agent, ...late, containers: 2, hasWork: true },
    { step: LAUNCH_STEPS.removing, ...late, containers: 2 },
    { step: LAUNCH_STEPS.removed, ...late, containers: 0 },
  ])("$step.title: cleanup puts everything in order", async ({ step, ...expected }) => {
    await killAt(step, expected);
  });

  it("while attached on a terminal: cleanup puts everything in order", async () => {
    const cli = place.startOnTerminal(["ready", "--yes"]);
    const pid = Number(await cli.prints(/pid (\d+)\./));
    const slug = await cli.prints(/session (\S+)/);
    await cli.kill(pid);
    await expectLeft(slug, { ...late, containers: 2 });
    await expectCleanedUp(slug, { ...late, containers: 2 });
  });

  it("after a reboot: what is stopped goes too, and the trail stays, as one without an end", async () => {
    const cli = place.start(["ready", "--headless", "--prompt", WORK_ON]);
    await cli.prints(/^ready$/m);
    const slug = await place.slug();
    await cli.kill();
    await docker(["kill", `bot-bottle-${slug}`, `bot-bottle-${slug}-sidecar`]);
    expect(await listActive()).toEqual([expect.objectContaining({ slug, owner: "left", up: false })]);
    const cleaned = await installation.run(["cleanup", "--yes"]);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, `Removed ${slug}.\n`]);
    expect(cleaned.stderr).toMatch(new RegExp(`warning: ${slug}: the audit trail could not be collected`));
    expect(await remainsOf(installation)).toMatchObject({ containers: [], networks: [] });
    const verified = await installation.run(["logs", slug, "--verify"]);
    expect([verified.exitCode, verified.stdout]).toEqual([1, expect.stringContaining("stops without its end")]);
  });

  it("two starts of the same agent at once both work", async () => {
    const argv = ["start", "ready", "--headless", "--json", "--prompt", "hostname"];
    const answers = await Promise.all([1, 2].map(() => installation.run(argv)));
    const parsed = answers.map(({ stdout }) => JSON.parse(stdout) as { slug: string; output: string });
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(parsed.map(({ output }) => output.trim())).toEqual(parsed.map(({ slug }) => slug));
    expect(new Set(parsed.map(({ slug }) => slug)).size).toBe(2);
  });

  it("cleanup: leaves a running bottle alone, two at once are fine, a second one does nothing", async () => {
    const untilTold = `echo ready; until [ -e /tmp/end ]; do sleep 0.1; done; exit 7`;
    const alive = place.start(["ready", "--headless", "--prompt", untilTold]);
    await alive.prints(/^ready$/m);
    const other = await place.slug();
    const cli = place.start(["ready", "--headless", "--prompt", WORK_ON]);
    await cli.prints(/^ready$/m);
    await cli.kill();
    const active = await listActive();
    expect(active).toHaveLength(2);
    expect(active).toContainEqual(expect.objectContaining({ slug: other, owner: "running", up: true }));
    const slug = active.find(({ owner }) => owner === "left")?.slug;

    const both = await Promise.all([1, 2].map(() => installation.run(["cleanup", "--yes", "--json"])));
    expect(both.map(({ exitCode, stderr }) => [exitCode, stderr.includes("BB_")])).toEqual(Array(2).fill([0, false]));
    const removed = both.flatMap(({ stdout }) => (JSON.parse(stdout) as CleanupAnswer).removed);
    expect([...new Set(removed)]).toEqual([slug]);
    expect((await listActive()).map((bottle) => bottle.slug)).toEqual([other]);
    const again = await installation.run(["cleanup", "--yes"]);
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringMatching(/^Nothing to remove\.$/m)]);

    await docker(["exec", `bot-bottle-${other}`, "touch", "/tmp/end"]);
    expect(await alive.ended).toMatchObject({ exitCode: 7 });
    expect(await remainsOf(installation)).toMatchObject({ containers: [], networks: [] });
  });

  it("no secret is in an event of the engine, nor in any file of its data", async () => {
    const until = await docker(["info", "--format", "{{.SystemTime}}"]);
    const events = await docker(["events", "--since", begun, "--until", until, "--format", "{{json .}}"]);
    expect(events).toContain("dev.bot-bottle.slug");
    expect(SECRETS.filter((text) => events.includes(text))).toEqual([]);
    const data = await engineData();
    expect(data === undefined ? [] : await filesWith(SECRETS, [data])).toEqual([]);
  });
});
