import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { CliProcess } from "../support/cli-process.ts";
import { describeWithEngine } from "../support/engine.ts";
import { EngineGate } from "../support/engine-gate.ts";
import type { Installation } from "../support/installation.ts";
import { KilledInstallation } from "../support/killed-installation.ts";
import { LAUNCH_STEPS, type LaunchStep, removeContainer, WORK_ON } from "../support/launch-steps.ts";
import { until } from "../support/process.ts";
import { remainsOf } from "../support/traces.ts";

const MARKER = `marker-${randomBytes(16).toString("hex")}`;
const CLEAN_MS = 40_000;

let place: KilledInstallation;
let installation: Installation;

/** Nothing on the engine, no state folder; whole trails of what has said something, and no others. */
async function expectNothingLeft(): Promise<void> {
  expect(await remainsOf(installation)).toMatchObject({ containers: [], networks: [], volumes: [] });
  expect(await KilledInstallation.containersRunning(MARKER)).toEqual([]);
  expect(await readdir(join(installation.home, "state")).catch(() => [])).toEqual([]);
}

async function trails(): Promise<readonly string[]> {
  return (await readdir(join(installation.home, "audit"))).filter((name) => name.endsWith(".jsonl"));
}

const inTime = async (cli: CliProcess): Promise<void> => {
  const timer = new AbortController();
  const late = delay(CLEAN_MS, true, { signal: timer.signal }).catch(() => false);
  if (await Promise.race([cli.ended.then(() => false), late])) throw new Error(`it does not end: ${cli.stderr}`);
  timer.abort();
};

describeWithEngine("a start that is stopped", () => {
  beforeAll(async () => {
    const token = `sk-ant-oat01-${randomBytes(32).toString("hex")}`;
    place = await KilledInstallation.make({ variable: token, file: `route-${token}` }, MARKER);
    installation = place.installation;
  });
  afterEach(() => place.reset());
  afterAll(() => place.remove());

  /** Starts an agent, signals its process group at a step, and waits for its end. */
  async function stopAt(step: LaunchStep, signal: NodeJS.Signals): Promise<CliProcess> {
    const gate = await EngineGate.open(installation.root);
    try {
      const reached = step.reach(gate);
      const agent = step.isSlow === true ? "slow" : "ready";
      const argv = [agent, "--headless", "--prompt", step.prompt ?? WORK_ON];
      const cli = place.start(argv, { DOCKER_HOST: gate.host });
      const goOn = await reached(cli);
      cli.interrupt(signal);
      await delay(100); // the engine answers some time later
      goOn();
      await inTime(cli);
      return cli;
    } finally {
      await gate.close();
    }
  }

  /** undefined where the sidecar may have said something: it and the agent's machine get ready beside each other */
  it.each<{ readonly step: LaunchStep; readonly hasTrail: boolean | undefined }>([
    { step: LAUNCH_STEPS.beforeNetwork, hasTrail: false },
    { step: LAUNCH_STEPS.afterNetwork, hasTrail: false },
    { step: LAUNCH_STEPS.build, hasTrail: false },
    { step: LAUNCH_STEPS.containers, hasTrail: false },
    { step: LAUNCH_STEPS.afterSidecar, hasTrail: false },
    { step: LAUNCH_STEPS.provisioning, hasTrail: undefined },
    { step: LAUNCH_STEPS.agent, hasTrail: true },
    { step: LAUNCH_STEPS.removing, hasTrail: true },
    { step: LAUNCH_STEPS.removed, hasTrail: true },
  ])("Ctrl-C $step.title cleans up by itself", async ({ step, hasTrail }) => {
    const before = await trails();
    const { exitCode, stderr } = await (await stopAt(step, "SIGINT")).ended;
    expect([exitCode, stderr]).toEqual([130, expect.not.stringContaining("bug")]);
    await expectNothingLeft();
    const made = (await trails()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(hasTrail === undefined ? made.length : Number(hasTrail));
    for (const name of made) {
      const verified = await installation.run(["logs", name.replace(/\.jsonl$/, ""), "--verify"]);
      expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/^whole: /)]);
    }
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s cleans up, too, and exits with %d", async (signal, expected) => {
    for (const step of [LAUNCH_STEPS.containers, LAUNCH_STEPS.agent]) {
      const { exitCode } = await (await stopAt(step, signal)).ended;
      expect(exitCode).toBe(expected);
      await expectNothingLeft();
    }
  });

  it("a second Ctrl-C leaves at once and says how to clean; that works", async () => {
    const gate = await EngineGate.open(installation.root);
    try {
      const removal = gate.hold("request", removeContainer);
      const cli = place.start(["ready", "--headless", "--prompt", WORK_ON], { DOCKER_HOST: gate.host });
      await cli.prints(/^ready$/m);
      cli.interrupt();
      await removal.reached();
      const pressed = performance.now();
      cli.interrupt();
      const { exitCode, stderr } = await cli.ended;
      expect(performance.now() - pressed).toBeLessThan(2_000);
      expect([exitCode, stderr]).toEqual([130, expect.stringContaining("Run `bot-bottle cleanup`")]);
    } finally {
      await gate.close();
    }
    expect((await remainsOf(installation)).containers).toHaveLength(2);
    const cleaned = await installation.run(["cleanup", "--yes"]);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringMatching(/^Removed ready-/)]);
    await expectNothingLeft();
  });

  it("Ctrl-C before anything is made ends it: while a prompt is read from stdin", async () => {
    const cli = place.start(["ready", "--headless", "--prompt", "-"]);
    await delay(1_000);
    cli.interrupt();
    await inTime(cli);
    expect(await cli.ended).toMatchObject({ exitCode: 130, stdout: "" });
    await expectNothingLeft();
  });

  describe("on a terminal", () => {
    it("Ctrl-C at the question is a no, and so is a SIGTERM", async () => {
      const typed = place.startOnTerminal(["ready"]);
      await typed.prints(/Start this bottle\?/);
      typed.stdin.write("\u0003");
      await inTime(typed);
      expect(await typed.ended).toMatchObject({ exitCode: 130, stdout: expect.stringContaining("BB_ABORTED") });

      const signalled = place.startOnTerminal(["ready"]);
      const pid = Number(await signalled.prints(/pid (\d+)\./));
      await signalled.prints(/Start this bottle\?/);
      process.kill(pid, "SIGTERM");
      await inTime(signalled);
      expect(await signalled.ended).toMatchObject({ exitCode: 143 });
      await expectNothingLeft();
    });

    it("while it is launched, the keys stop it", async () => {
      const gate = await EngineGate.open(installation.root);
      try {
        const reached = LAUNCH_STEPS.containers.reach(gate);
        const cli = place.startOnTerminal(["ready", "--yes"], { DOCKER_HOST: gate.host });
        const goOn = await reached(cli);
        cli.stdin.write("\u0003");
        await delay(100);
        goOn();
        await inTime(cli);
        expect(await cli.ended).toMatchObject({ exitCode: 130 });
      } finally {
        await gate.close();
      }
      await expectNothingLeft();
    });

    it("in the session, Ctrl-C is the agent's; a SIGTERM ends the session and cleans up", async () => {
      const cli = place.startOnTerminal(["ready", "--yes"]);
      const pid = Number(await cli.prints(/pid (\d+)\./));
      await cli.prints(/session ready-/);
      cli.stdin.write("\u0003");
      await cli.prints(/agent: interrupted/);
      cli.stdin.write("hello\r");
      await cli.prints(/got hello/);
      process.kill(pid, "SIGTERM");
      await inTime(cli);
      expect(await cli.ended).toMatchObject({ exitCode: 143 });
      await expectNothingLeft();
    });

    it("Ctrl-] three times ends the session and cleans up", async () => {
      const cli = place.startOnTerminal(["ready", "--yes"]);
      await cli.prints(/session ready-/);
      cli.stdin.write("\u001d\u001d\u001d");
      await inTime(cli);
      expect(await cli.ended).toMatchObject({ exitCode: 130 });
      await expectNothingLeft();
    });

    it.each([
      ["while it is launched", /Starting the sidecar/],
      ["in the session", /session ready-/],
    ])("a terminal that is closed %s leaves nothing behind", async (_when, words) => {
      const cli = place.startOnTerminal(["ready", "--yes"]);
      const pid = Number(await cli.prints(/pid (\d+)\./));
      await cli.prints(words);
      await cli.kill(); // the other side of the pseudo-terminal
      const isGone = async (): Promise<true | undefined> => {
        const names = await readdir("/proc");
        return names.includes(String(pid)) ? undefined : true;
      };
      await until("the end of the command", isGone, CLEAN_MS);
      await expectNothingLeft();
    });
  });
});
