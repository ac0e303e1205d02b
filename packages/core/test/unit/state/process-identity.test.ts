import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { pidScope, processIdentity } from "../../../src/state/process-identity.ts";
import { tempDir } from "../../support/temp-home.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

describe("processIdentity", () => {
  it("is the same every time for one process, and another for another", async () => {
    const mine = await processIdentity(process.pid);
    expect(mine).toBeDefined();
    expect(await processIdentity(process.pid)).toBe(mine);
    const child = spawn("/bin/sleep", ["10"]);
    await once(child, "spawn");
    const other = await processIdentity(child.pid ?? 0);
    expect(other).toBeDefined();
    expect(other).not.toBe(mine);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await processIdentity(child.pid ?? 0)).toBeUndefined();
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 22 + 12345])("of the pid %p is undefined", async (pid) => {
    expect(await processIdentity(pid)).toBeUndefined();
  });
});

onLinux("processIdentity on Linux", () => {
  it("does not take a zombie for a process that lives", async () => {
    // The shell ends its child and then becomes a program that never waits for it.
    const child = spawn("/bin/sh", ["-c", "sleep 0.2 & echo $!; exec sleep 10"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const zombie = Number(line.toString());
    const state = (): string => {
      const stat = readFileSync(`/proc/${zombie}/stat`, "utf8");
      return stat.charAt(stat.lastIndexOf(")") + 2);
    };
    while (state() !== "Z") await delay(5);
    expect(await processIdentity(zombie)).toBeUndefined();
    child.kill("SIGKILL");
    await once(child, "close");
  });

  it("reads past a command name with spaces and parentheses", async () => {
    const program = join(tempDir(), ") Z 1 2");
    symlinkSync("/bin/sleep", program);
    const child = spawn(program, ["10"]);
    await once(child, "spawn");
    expect(readFileSync(`/proc/${child.pid ?? 0}/stat`, "utf8")).toContain("() Z 1 2)");
    expect(await processIdentity(child.pid ?? 0)).toMatch(/^[0-9a-f-]{36}:\d{3,}$/);
    child.kill("SIGKILL");
    await once(child, "close");
  });

  it("has a scope that names the boot and the pid namespace", async () => {
    expect(await pidScope()).toMatch(/^[0-9a-f-]{36} pid:\[\d+\]$/);
  });
});
