import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { isOwnerAlive, takeLock } from "../../../src/state/owner-lock.ts";
import { pidScope, processIdentity } from "../../../src/state/process-identity.ts";
import { bundleProgram, runProgram } from "../../support/child.ts";
import { tempDir } from "../../support/temp-home.ts";

const LOCK = "lock.0123456789abcdef";

/** A lock as another process would have left it; this process's own facts unless told otherwise. */
async function plant(dir: string, facts: Record<string, unknown> = {}): Promise<void> {
  const identity = await processIdentity(process.pid);
  const record = { pid: process.pid, identity, scope: await pidScope(), host: hostname(), ...facts };
  writeFileSync(join(dir, LOCK), JSON.stringify(record), { mode: 0o600 });
}

const locks = (dir: string): string[] => readdirSync(dir).filter((name) => name.startsWith("lock."));

describe("takeLock", () => {
  it("owns the folder until it is given back", async () => {
    const dir = tempDir();
    expect(await isOwnerAlive(dir)).toBe(false);
    const unlock = await takeLock(dir);
    expect(await isOwnerAlive(dir)).toBe(true);
    await unlock();
    await unlock();
    expect(await isOwnerAlive(dir)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
  });

  it("refuses while another process owns the folder, and leaves its lock alone", async () => {
    const dir = tempDir();
    await plant(dir);
    const before = readFileSync(join(dir, LOCK), "utf8");
    await expect(takeLock(dir)).rejects.toMatchObject({
      code: "BB_BOTTLE_BUSY",
      message: expect.stringContaining(dir),
      hint: expect.stringContaining("lock.*"),
    });
    expect(locks(dir)).toEqual([LOCK]);
    expect(readFileSync(join(dir, LOCK), "utf8")).toBe(before);
  });

  it.each([
    ["whose process is gone", { pid: 2 ** 22 + 12345 }],
    ["whose pid another process has by now", { identity: "another boot:1" }],
    ["with a pid that is no number", { pid: "self" }],
    ["with a pid that is not a whole number", { pid: 1.5 }],
    ["with NaN for a pid", { pid: Number.NaN }],
  ])("takes over a lock %s", async (_title, facts) => {
    const dir = tempDir();
    await plant(dir, facts);
    expect(await isOwnerAlive(dir)).toBe(false);
    const unlock = await takeLock(dir);
    expect(locks(dir)).toHaveLength(1);
    expect(locks(dir)).not.toContain(LOCK);
    await unlock();
  });

  it("takes over a lock of which a crash of the machine left a part", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, LOCK), '{"pid":1');
    expect(await isOwnerAlive(dir)).toBe(false);
    await (
      await takeLock(dir)
    )();
  });

  it.each([
    ["of another machine", { host: "elsewhere", scope: "another boot pid:[1]", pid: 1 }],
    ["of another machine that names no scope", { host: "elsewhere", scope: undefined, pid: 1 }],
    ["of a container beside this one", { host: "elsewhere", scope: "x", identity: "gone:1" }],
    ["that says nothing of its process", { pid: undefined, identity: undefined }],
    ["of a format that is not known here", { pid: undefined, owner: "v2" }],
  ])("counts a lock %s as alive", async (_title, facts) => {
    const dir = tempDir();
    await plant(dir, facts);
    expect(await isOwnerAlive(dir)).toBe(true);
    await expect(takeLock(dir)).rejects.toMatchObject({ code: "BB_BOTTLE_BUSY" });
  });

  it("still knows its processes when the machine has been given another name", async () => {
    const dir = tempDir();
    await plant(dir, { host: "its-old-name", pid: 2 ** 22 + 12345 });
    const knowsScope = (await pidScope()) !== undefined;
    expect(await isOwnerAlive(dir)).toBe(!knowsScope);
  });

  it("says ENOENT when there is no folder", async () => {
    const dir = join(tempDir(), "gone");
    await expect(takeLock(dir)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await isOwnerAlive(dir)).toBe(false);
  });

  it("ignores what only looks like a lock", async () => {
    const dir = tempDir();
    for (const name of ["lock", "lock.new", "lock.xyz", `${LOCK}.00.new`]) writeFileSync(join(dir, name), "{}");
    mkdirSync(join(dir, "locks"));
    expect(await isOwnerAlive(dir)).toBe(false);
  });
});

const CONTENDER = `
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { takeLock } from "./state/owner-lock.ts";
const [dir, log, start, rounds] = process.argv.slice(2);
while (!existsSync(start)) await delay(1);
let won = 0;
for (let round = 0; round < Number(rounds); round++) {
  let unlock;
  try { unlock = await takeLock(dir); } catch (error) {
    if (error.code !== "BB_BOTTLE_BUSY") throw error;
    continue;
  }
  won++;
  appendFileSync(log, "+" + process.pid + "\\n");
  await delay(3);
  appendFileSync(log, "-" + process.pid + "\\n");
  await unlock();
}
process.stdout.write(String(won));
`;

describe("takeLock of several processes", () => {
  it("never gives a folder to two at once, with a dead owner's lock at the start", async () => {
    const base = tempDir();
    const dir = join(base, "state");
    const [log, start] = [join(base, "log"), join(base, "start")];
    mkdirSync(dir);
    writeFileSync(log, "");
    await plant(dir, { pid: 2 ** 22 + 12345 });
    const program = await bundleProgram(CONTENDER, base);
    const children = Array.from({ length: 5 }, () => runProgram(program, [dir, log, start, "12"]));
    writeFileSync(start, "");
    const results = await Promise.all(children.map(({ ended }) => ended));
    expect(results.map(({ exitCode, stderr }) => `${String(exitCode)}${stderr}`)).toEqual(Array(5).fill("0"));

    const lines = readFileSync(log, "utf8").trim().split("\n");
    const owners = lines.filter((_, index) => index % 2 === 0).map((line) => line.slice(1));
    expect(lines).toEqual(owners.flatMap((pid) => [`+${pid}`, `-${pid}`]));
    const won = results.map(({ stdout }) => Number(stdout)).reduce((sum, count) => sum + count);
    expect(won).toBe(owners.length);
    expect(won).toBeGreaterThan(0);
    expect(locks(dir)).toEqual([]);
  }, 30_000);

  it("knows an owner that was killed for dead, also before anybody waited for it", async () => {
    const base = tempDir();
    const program = await bundleProgram(
      'import { takeLock } from "./state/owner-lock.ts"; await takeLock(process.argv[2]); console.log("mine"); setInterval(() => {}, 1000);',
      base,
    );
    const dir = join(base, "state");
    mkdirSync(dir);
    const child = runProgram(program, [dir]);
    await once(child.process.stdout, "data");
    expect(await isOwnerAlive(dir)).toBe(true);
    await expect(takeLock(dir)).rejects.toMatchObject({ code: "BB_BOTTLE_BUSY" });
    child.process.kill("SIGKILL");
    await child.ended;
    expect(await isOwnerAlive(dir)).toBe(false);
    await (
      await takeLock(dir)
    )();
  }, 30_000);
});
