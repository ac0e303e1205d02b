import { describe, expect, it, jest } from "@jest/globals";
import type { Bottle, CopyOptions, ExecRequest, TreeEntries } from "../../../src/bottle/bottle.ts";
import { batchedBottle } from "../../../src/provision/batched-bottle.ts";

async function pathsOf(entries: TreeEntries): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of entries) paths.push(path);
  return paths;
}

/** A bottle that keeps a log of what it was asked. */
function logged() {
  const log: string[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const bottle = {
    plan: {},
    reporter: {},
    sidecar: {},
    exec: async ({ argv, signal }: ExecRequest) => {
      log.push(`exec ${argv.join(" ")}`);
      signals.push(signal);
      return { exitCode: 0, stdout: "", stderr: "" };
    },
    attach: async () => {
      log.push("attach");
      return 0;
    },
    writeFile: async (path: string, _content: string, _mode: number, user: string) => {
      log.push(`${user} writes ${path}`);
    },
    copyIn: async (entries: TreeEntries, dir: string, { user = "agent", signal }: CopyOptions = {}) => {
      signals.push(signal);
      log.push(`${user} copies ${(await pathsOf(entries)).join(" ")} to ${dir}`);
    },
    copyOut: async (path: string) => {
      log.push(`reads ${path}`);
      return Buffer.alloc(0);
    },
    endSession: async (session: string) => {
      log.push(`ends ${session}`);
    },
    destroy: async () => {
      log.push("destroyed");
    },
  } as unknown as Bottle;
  return { bottle, log, signals };
}

const file = (path: string) => [{ path, type: "file", mode: 0o600, content: "" }] as const;

describe("batchedBottle", () => {
  it("joins writes that follow each other into one copy", async () => {
    const { bottle, log } = logged();
    const batched = batchedBottle(bottle);
    await batched.writeFile("/home/node/a", "", 0o600);
    await batched.copyIn(file("b/c"), "/home/node/");
    await batched.copyIn(file("d"), "/");
    await batched.writeFile("/e", "", 0o600, "agent");
    expect(log).toEqual([]);
    await batched.flush();
    await batched.flush();
    expect(log).toEqual(["agent copies home/node/a home/node/b/c d e to /"]);
  });

  it.each<[string, (batched: Bottle) => Promise<unknown>, string]>([
    ["a command", (batched) => batched.exec({ argv: ["true"] }), "exec true"],
    ["a session", (batched) => batched.attach({ argv: ["x"], terminal: {} as never }), "attach"],
    ["a read", (batched) => batched.copyOut("/home/node/a", 10), "reads /home/node/a"],
    ["a write of root", (batched) => batched.writeFile("/etc/x", "", 0o600, "root"), "root writes /etc/x"],
    ["a copy of root", (batched) => batched.copyIn(file("x"), "/etc", { user: "root" }), "root copies x to /etc"],
  ])("sends what waits before %s", async (_title, ask, line) => {
    const { bottle, log } = logged();
    const batched = batchedBottle(bottle);
    await batched.writeFile("/home/node/a", "", 0o600);
    await ask(batched);
    await batched.writeFile("/home/node/b", "", 0o600);
    await batched.flush();
    expect(log).toEqual(["agent copies home/node/a to /", line, "agent copies home/node/b to /"]);
  });

  it("runs no command before what it has to wait for, and sends files meanwhile", async () => {
    const { bottle, log } = logged();
    let trust = (): void => undefined;
    const trusted = new Promise<void>((resolve) => (trust = resolve)).then(() => void log.push("trusted"));
    const batched = batchedBottle(bottle, undefined, trusted);
    await batched.writeFile("/home/node/a", "", 0o600);
    const running = batched.exec({ argv: ["true"] });
    await new Promise((resolve) => setTimeout(resolve, 5));
    trust();
    await running;
    expect(log).toEqual(["agent copies home/node/a to /", "trusted", "exec true"]);
  });

  it("runs no command when that failed", async () => {
    const { bottle, log } = logged();
    const failed = Promise.reject(new Error("no trust"));
    const batched = batchedBottle(bottle, undefined, failed);
    await expect(batched.exec({ argv: ["true"] })).rejects.toThrow("no trust");
    expect(log).toEqual([]);
  });

  it("gives every copy the signal of the launch, which ends it wherever it is", async () => {
    const { bottle, signals } = logged();
    const { signal } = new AbortController();
    const batched = batchedBottle(bottle, signal);
    await batched.copyIn(file("a"), "/home/node");
    await batched.copyIn(file("b"), "/etc", { user: "root" });
    expect(signals).toEqual([signal, signal]);
  });

  it("gives every command the signal of the launch, beside its own", async () => {
    const { bottle, signals } = logged();
    const launch = new AbortController();
    const own = new AbortController();
    const batched = batchedBottle(bottle, launch.signal);
    await batched.exec({ argv: ["a"] });
    await batched.exec({ argv: ["b"], signal: own.signal });
    expect(signals[0]).toBe(launch.signal);
    own.abort();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, true]);
    const plain = logged();
    await batchedBottle(plain.bottle).exec({ argv: ["c"] });
    expect(plain.signals).toEqual([undefined]);
  });

  it("stops a copy between two files when the launch is aborted", async () => {
    const { bottle, log } = logged();
    const launch = new AbortController();
    const batched = batchedBottle(bottle, launch.signal);
    const read = jest.fn();
    await batched.copyIn(
      (function* () {
        yield* file("first");
        launch.abort(new Error("Ctrl-C"));
        read();
        yield* file("second");
        read();
      })(),
      "/home/node",
    );
    await expect(batched.flush()).rejects.toThrow("Ctrl-C");
    expect(read).toHaveBeenCalledTimes(1);
    expect(log).toEqual([]);
  });

  it("forgets a batch that failed", async () => {
    const { bottle } = logged();
    const copyIn = jest.spyOn(bottle, "copyIn").mockRejectedValueOnce(new Error("disk full"));
    const batched = batchedBottle(bottle);
    await batched.writeFile("/a", "", 0o600);
    await expect(batched.flush()).rejects.toThrow("disk full");
    await batched.flush();
    expect(copyIn).toHaveBeenCalledTimes(1);
  });

  it.each(["relative", "", "./x"])("takes %j, which is no path from the root, for a mistake", async (path) => {
    const batched = batchedBottle(logged().bottle);
    await expect(batched.writeFile(path, "", 0o600)).rejects.toThrow(TypeError);
    await expect(batched.copyIn([], path)).rejects.toThrow(TypeError);
  });

  it("passes the rest on", async () => {
    const { bottle, log } = logged();
    const batched = batchedBottle(bottle);
    await batched.endSession("agent");
    await batched.destroy();
    await batched[Symbol.asyncDispose]();
    expect(log).toEqual(["ends agent", "destroyed", "destroyed"]);
    expect([batched.plan, batched.reporter, batched.sidecar]).toEqual([bottle.plan, bottle.reporter, bottle.sidecar]);
  });
});
