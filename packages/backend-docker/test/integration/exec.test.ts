import { randomBytes } from "node:crypto";
import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Bottle } from "@bot-bottle/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { describeWithEngine } from "../support/engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";

let fixture: Fixture;
let bottle: Bottle;

const sh = (script: string, ...rest: string[]): readonly string[] => ["/bin/sh", "-c", script, "sh", ...rest];
/** How many processes run whose arguments hold a text. */
async function count(text: string): Promise<number> {
  const script = "grep -lsF -f - /proc/[0-9]*/cmdline | wc -l";
  return Number((await bottle.exec({ argv: sh(script), stdin: text })).stdout);
}
const marker = (): string => `99${randomBytes(3).readUIntBE(0, 3)}`;

describeWithEngine("exec", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
    bottle = await fixture.launch();
  });
  afterAll(async () => {
    await bottle.destroy();
    await fixture.sweep();
    await fixture.dispose();
  });

  it("keeps output and errors apart, and gives the exit code", async () => {
    expect(await bottle.exec({ argv: sh("echo out; echo err >&2; exit 3") })).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  it("runs as the agent in /, as root where asked, with the environment of this exec only", async () => {
    const argv = sh('id -u; pwd; echo "$A-$HTTPS_PROXY"');
    expect((await bottle.exec({ argv, env: { A: "x y=z" } })).stdout).toBe("1000\n/\nx y=z-http://egress:9099\n");
    expect((await bottle.exec({ argv, user: "root", cwd: "/tmp" })).stdout).toBe("0\n/tmp\n-http://egress:9099\n");
  });

  it("uses no shell", async () => {
    const text = "$(id) ; `id` \"' * \n end";
    expect((await bottle.exec({ argv: ["printf", "%s", text] })).stdout).toBe(text);
  });

  it("gives 128 and the signal for a program that a signal ended", async () => {
    expect((await bottle.exec({ argv: sh("kill -TERM $$") })).exitCode).toBe(143);
    expect((await bottle.exec({ argv: sh("kill -KILL $$") })).exitCode).toBe(137);
  });

  it("says that there is no such program, as a shell would", async () => {
    expect(await bottle.exec({ argv: ["/no/such/program"] })).toMatchObject({
      exitCode: 127,
      stdout: "",
      stderr: expect.stringContaining("no such file"),
    });
    expect((await bottle.exec({ argv: ["/etc/passwd"] })).exitCode).toBe(126);
  });

  it("passes binary input on to its end, from memory and from a stream", async () => {
    const bytes = randomBytes(300_000);
    const digest = async (stdin: Uint8Array | Readable): Promise<string> =>
      (await bottle.exec({ argv: sh("sha256sum | cut -c1-64; cat | wc -c"), stdin })).stdout;
    const expected = await digest(bytes);
    expect(expected).toMatch(/^[0-9a-f]{64}\n0\n$/);
    expect(await digest(Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]))).toBe(expected);
    expect((await bottle.exec({ argv: ["wc", "-c"], stdin: "" })).stdout).toBe("0\n");
  });

  it("ends well when a program does not read its input", async () => {
    expect((await bottle.exec({ argv: ["true"], stdin: Buffer.alloc(5_000_000) })).exitCode).toBe(0);
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    expect((await bottle.exec({ argv: ["true"], stdin: endless })).exitCode).toBe(0);
  });

  it("streams 100 MB out through a slow sink, and holds the program up", async () => {
    let bytes = 0;
    let largest = 0;
    const stdout = new Writable({
      highWaterMark: 64 * 1024,
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        largest = Math.max(largest, stdout.writableLength);
        setImmediate(done);
      },
    });
    const result = await bottle.exec({ argv: sh("head -c 100000000 /dev/zero; echo end >&2"), stdout });
    expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "end\n" });
    expect(bytes).toBe(100_000_000);
    expect(largest).toBeLessThan(4 * 1024 * 1024);
  });

  it("ends a program that prints more than is allowed", async () => {
    const mark = marker();
    await expect(
      bottle.exec({ argv: sh(`head -c 5000 /dev/zero; sleep ${mark}`), maxOutputBytes: 4096 }),
    ).rejects.toMatchObject({ code: "BB_PROVISION", message: expect.stringContaining("more than 4096 bytes") });
    expect(await count(mark)).toBe(0);
  });

  it("ends the whole tree at the time limit: children, orphans, other sessions, and what ignores a request", async () => {
    const mark = marker();
    const script = `
      sleep ${mark} &
      (sleep ${mark} &)
      setsid sleep ${mark} &
      (trap '' TERM HUP INT; setsid sh -c 'trap "" TERM; sleep ${mark}; sleep ${mark}' &)
      setsid sh -c 'env -i sleep ${mark}' &
      sleep ${mark}`;
    await expect(bottle.exec({ argv: sh(script), timeoutMs: 500 })).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: expect.stringContaining("within 0.5 s"),
    });
    expect(await count(mark)).toBe(0);
  });

  it("ends the whole tree when it is stopped, also at once", async () => {
    const mark = marker();
    for (const ms of [0, 5, 300]) {
      const controller = new AbortController();
      const work = bottle.exec({ argv: sh(`sleep ${mark} & sleep ${mark}`), signal: controller.signal });
      work.catch(() => undefined);
      await delay(ms);
      controller.abort();
      await expect(work).rejects.toMatchObject({ code: "BB_ABORTED" });
      expect(await count(mark)).toBe(0);
    }
    const stopped = AbortSignal.abort();
    await expect(bottle.exec({ argv: ["true"], signal: stopped })).rejects.toMatchObject({ code: "BB_ABORTED" });
  });

  it("ends a session by its name, whatever started it, and no other", async () => {
    const [mine, other] = [marker(), marker()];
    await bottle.exec({ argv: sh(`setsid sleep ${mine} >/dev/null 2>&1 &`), session: "agent" });
    await bottle.exec({ argv: sh(`setsid sleep ${mine} >/dev/null 2>&1 &`), session: "agent" });
    await bottle.exec({ argv: sh(`setsid sleep ${other} >/dev/null 2>&1 &`), session: "agent2" });
    expect([await count(mine), await count(other)]).toEqual([2, 1]);
    await bottle.endSession("agent");
    expect([await count(mine), await count(other)]).toEqual([0, 1]);
    await bottle.endSession("agent2");
    await bottle.endSession("never-was-one");
    expect(await count(other)).toBe(0);
  });

  it("ends a session that has taken every process there is", async () => {
    const small = await fixture.launch(await fixture.plan({ resources: { pids: 64 } }));
    try {
      const fork = "while (1) { fork(); select(undef, undef, undef, 0.01) }";
      const bomb = small.exec({ argv: ["perl", "-e", fork], session: "agent" });
      await delay(1_500);
      await expect(small.exec({ argv: sh("sleep 0") })).resolves.toMatchObject({ exitCode: 2 });
      await small.endSession("agent");
      expect((await bomb).exitCode).toBe(137);
      expect((await small.exec({ argv: sh("sleep 0; echo fine") })).stdout).toBe("fine\n");
    } finally {
      await small.destroy();
    }
  });

  it("lets a session end by itself before it is forced", async () => {
    await bottle.exec({
      argv: sh(
        "(trap 'echo ended by itself > /tmp/gentle; exit' TERM; while :; do sleep 0.02; done) >/dev/null 2>&1 &",
      ),
      session: "gentle",
    });
    await bottle.endSession("gentle");
    expect((await bottle.exec({ argv: ["cat", "/tmp/gentle"] })).stdout).toBe("ended by itself\n");
  });

  it("does not wait for a child that keeps the output open for ever", async () => {
    const mark = marker();
    const result = await bottle.exec({ argv: sh(`setsid sleep ${mark} & echo started`), session: "open" });
    expect(result).toMatchObject({ exitCode: 0, stdout: "started\n" });
    await bottle.endSession("open");
  });

  it("passes on what a sink that goes away has to say, and ends the program", async () => {
    const mark = marker();
    const stdout = new PassThrough({ highWaterMark: 16 });
    stdout.on("error", () => undefined);
    const work = bottle.exec({ argv: sh(`yes ${mark}`), stdout });
    work.catch(() => undefined);
    await delay(200);
    stdout.destroy(new Error("the reader left"));
    await expect(work).rejects.toThrow("the reader left");
    expect(await count(mark)).toBe(0);
  });

  it("runs many at once", async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => (await bottle.exec({ argv: sh(`echo ${index}`) })).stdout),
    );
    expect(results).toEqual(Array.from({ length: 12 }, (_, index) => `${index}\n`));
  });

  it("leaves the machine's first process and its output to root", async () => {
    const { stdout } = await bottle.exec({
      argv: sh("echo log > /proc/1/fd/1 2>/dev/null && echo wrote; kill -KILL 1 2>/dev/null && echo killed; echo end"),
    });
    expect(stdout).toBe("end\n");
  });
});
