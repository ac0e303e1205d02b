import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Bottle, Terminal } from "@bot-bottle/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import { describeWithEngine } from "../support/engine.ts";
import { startFaultyEngine } from "../support/faulty-engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";

let fixture: Fixture;
let bottle: Bottle;

/** A human's terminal: what is typed, what is shown, and how large it is. */
function terminal(columns = 100, rows = 30) {
  const input = new PassThrough();
  const output = new PassThrough();
  const events = new EventEmitter();
  const size = { columns, rows };
  let shown = "";
  output.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  const it: Terminal = {
    input,
    output,
    name: "xterm-256color",
    size: () => ({ ...size }),
    onResize: (listener) => {
      events.on("resize", listener);
      return () => events.off("resize", listener);
    },
  };
  return {
    it,
    type: (text: string) => input.write(text),
    shown: () => shown,
    resize: (toColumns: number, toRows: number) => {
      Object.assign(size, { columns: toColumns, rows: toRows });
      events.emit("resize");
    },
    listeners: () => events.listenerCount("resize"),
    /** waits until the text is on the screen */
    async waitFor(text: string | RegExp): Promise<void> {
      for (let tries = 0; tries < 500; tries++) {
        if (typeof text === "string" ? shown.includes(text) : text.test(shown)) return;
        await delay(20);
      }
      throw new Error(`${String(text)} was never shown: ${JSON.stringify(shown)}`);
    },
  };
}

const sh = (script: string): readonly string[] => ["/bin/sh", "-c", script];

describeWithEngine("attach", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
    bottle = await fixture.launch();
  });
  afterAll(async () => {
    await bottle.destroy();
    await fixture.sweep();
    await fixture.dispose();
  });

  it("gives a program the terminal's size before it looks, its type, and the exit code back", async () => {
    const screen = terminal(123, 45);
    const argv = sh('stty size; echo "$TERM $A"; pwd; id -u; tty >/dev/null && echo tty; exit 7');
    const code = await bottle.attach({ argv, terminal: screen.it, cwd: "/tmp", env: { A: "b" } });
    expect(code).toBe(7);
    expect(screen.shown()).toBe("45 123\r\nxterm-256color b\r\n/tmp\r\n1000\r\ntty\r\n");
    expect(screen.listeners()).toBe(0);
  });

  it("carries typing and resizing to the program", async () => {
    const screen = terminal();
    const script =
      'trap \'stty size\' WINCH; echo ready; while read -r line; do [ "$line" = end ] && exit 0; echo "got $line"; done';
    const attached = bottle.attach({ argv: ["/bin/bash", "-c", script], terminal: screen.it });
    await screen.waitFor("ready");
    screen.type("one\r");
    await screen.waitFor("got one");
    screen.resize(77, 33);
    for (let tries = 0; tries < 50 && !screen.shown().includes("33 77"); tries++) {
      await delay(50); // bash runs a trap when its read is done
      screen.type("two\r");
    }
    expect(screen.shown()).toContain("33 77");
    screen.type("end\r");
    expect(await attached).toBe(0);
  });

  it("passes control keys on raw", async () => {
    const screen = terminal();
    const attached = bottle.attach({ argv: sh("echo ready; sleep 100"), terminal: screen.it });
    await screen.waitFor("ready");
    screen.type("\u0003");
    expect(await attached).toBe(130);
  });

  it("survives resizes while it begins and after it has ended", async () => {
    const screen = terminal();
    const attached = bottle.attach({ argv: sh("sleep 0.2; stty size"), terminal: screen.it });
    for (let columns = 50; columns < 90; columns++) screen.resize(columns, 20);
    expect(await attached).toBe(0);
    expect(screen.shown()).toContain("20 89");
    screen.resize(1, 1);
  });

  it("shows a large output whole through a slow screen", async () => {
    const screen = terminal();
    const slow = new PassThrough({ highWaterMark: 1024 });
    let bytes = 0;
    slow.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      slow.pause();
      setTimeout(() => slow.resume(), 1);
    });
    const argv = sh("head -c 3000000 /dev/zero | tr '\\0' x; echo");
    expect(await bottle.attach({ argv, terminal: { ...screen.it, output: slow } })).toBe(0);
    await delay(100);
    while (slow.readableLength > 0) await delay(20);
    expect(bytes).toBe(3_000_002);
  });

  it("ends the whole tree when it is stopped", async () => {
    const screen = terminal();
    const mark = `99${randomBytes(3).readUIntBE(0, 3)}`;
    const controller = new AbortController();
    const argv = sh(`setsid sleep ${mark} & echo ready; sleep ${mark}`);
    const attached = bottle.attach({ argv, terminal: screen.it, signal: controller.signal, session: "agent" });
    await screen.waitFor("ready");
    controller.abort();
    await expect(attached).rejects.toMatchObject({ code: "BB_ABORTED" });
    const count = sh("grep -lsF -f - /proc/[0-9]*/cmdline | wc -l");
    const { stdout } = await bottle.exec({ argv: count, stdin: mark });
    expect(stdout).toBe("0\n");
  });

  it("ends an earlier session by its name, from another handle", async () => {
    const screen = terminal();
    const attached = bottle.attach({
      argv: sh("trap '' HUP; echo ready; sleep 100"),
      terminal: screen.it,
      session: "agent",
    });
    await screen.waitFor("ready");
    const again = await fixture.backend.open(bottle.plan.slug, fixture.host);
    await again.endSession("agent");
    expect(await attached).toBeGreaterThan(128);
  });

  it("leaves no process behind that lets go of its terminal, once its session is ended", async () => {
    const screen = terminal();
    const argv = sh("setsid nohup sleep 4242 >/dev/null 2>&1 & sleep 0.1; exit 3");
    expect(await bottle.attach({ argv, terminal: screen.it, session: "daemon" })).toBe(3);
    await bottle.endSession("daemon");
    const { stdout } = await bottle.exec({ argv: sh("grep -lsF -f - /proc/[0-9]*/cmdline | wc -l"), stdin: "4242" });
    expect(stdout).toBe("0\n");
  });

  it("says so when the connection is lost", async () => {
    const faulty = await startFaultyEngine(join(tmpdir(), `bb-${randomBytes(6).toString("hex")}.sock`), () => "pass");
    const backend = new DockerBottleBackend({ env: { DOCKER_HOST: faulty.host } });
    const again = await backend.open(bottle.plan.slug, fixture.host);
    const screen = terminal();
    const attached = again.attach({ argv: sh("echo ready; sleep 100"), terminal: screen.it, session: "lost" });
    attached.catch(() => undefined);
    await screen.waitFor("ready");
    await faulty.close();
    await expect(attached).rejects.toMatchObject({ code: "BB_ENGINE_UNAVAILABLE" });
    await bottle.endSession("lost");
  });

  it("sees a machine that goes away as a program that is ended", async () => {
    const other = await fixture.launch();
    const screen = terminal();
    const attached = other.attach({ argv: sh("echo ready; sleep 100"), terminal: screen.it });
    attached.catch(() => undefined);
    await screen.waitFor("ready");
    await other.destroy();
    expect(await attached).toBe(137);
    await expect(other.exec({ argv: ["true"] })).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
  });
});
