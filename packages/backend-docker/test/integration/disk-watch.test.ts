import { setTimeout as delay } from "node:timers/promises";
import type { ReportEvent } from "@bot-bottle/core";
import { expect, it } from "@jest/globals";
import { discoverEngine } from "../../src/client/discover.ts";
import { watchDisk } from "../../src/disk-watch.ts";
import { describeWithEngine, docker } from "../support/engine.ts";
import { makeFixture } from "../support/fixture.ts";

const MIB = 1024 * 1024;

describeWithEngine("disk watch", () => {
  it("ends the agent's processes past the limit, says so, and keeps the machine", async () => {
    const fixture = await makeFixture();
    const engine = await discoverEngine({ env: process.env, userHome: "/nonexistent" });
    const plan = await fixture.plan();
    const bottle = await fixture.launch(plan);
    const events: ReportEvent[] = [];
    const { Id } = await docker.getContainer(plan.agentName).inspect();
    const stop = watchDisk({
      container: { engine, id: Id, title: "the bottle" },
      user: "node",
      limitBytes: 20 * MIB,
      reporter: { report: (event) => events.push(event) },
      intervalMs: 50,
    });
    try {
      const work = bottle.exec({
        argv: ["/bin/sh", "-c", "head -c 10000000 /dev/zero > /home/node/a; sleep 0.4; echo fine"],
      });
      expect((await work).stdout).toBe("fine\n");
      expect(events).toEqual([]);
      const fill = "cd /home/node; for i in $(seq 1000); do head -c 2000000 /dev/zero > $i; sleep 0.05; done";
      expect((await bottle.exec({ argv: ["/bin/sh", "-c", fill] })).exitCode).toBe(137);
      expect(events).toContainEqual({
        type: "warning",
        message: expect.stringMatching(/has written 0\.\d+ GiB, more than its 0\.02 GiB/),
        hint: expect.stringContaining("resources.disk"),
      });
      stop();
      await delay(500);
      const { exitCode } = await bottle.exec({ argv: ["/bin/sh", "-c", "rm /home/node/a && ls /home/node/1"] });
      expect(exitCode).toBe(0);
    } finally {
      stop();
      engine.close();
      await bottle.destroy();
      await fixture.sweep();
      await fixture.dispose();
    }
  });
});
