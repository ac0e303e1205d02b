import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Bottle, type Slug, takeLock } from "@bot-bottle/core";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import { describeWithEngine, docker } from "../support/engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";

let fixture: Fixture;

/** Puts a killed command line's lock in place of this process's. */
async function orphan(slug: string, from: Fixture = fixture): Promise<void> {
  const dir = from.host.home.state(slug as Slug);
  for (const name of await readdir(dir)) if (name.startsWith("lock")) await rm(join(dir, name));
  const dead = { pid: 2 ** 22 + 1, identity: "gone", host: hostname() };
  await writeFile(join(dir, `lock.${"0".repeat(16)}`), JSON.stringify(dead));
}

/** Everything of cleanup in one go. */
async function cleanUp(from: Fixture = fixture) {
  const plan = await from.backend.prepareCleanup(from.host);
  const failed = await from.backend.cleanup(plan, from.host);
  return { entries: plan.entries, foreign: plan.foreign.filter(isOfThisTest), plan, failed };
}

/** Other tests use the engine at the same time; their things are foreign here. */
const slugs: string[] = [];
const bottles: Bottle[] = [];
const strangers: string[] = [];
const isOfThisTest = ({ id, name }: { readonly id: string; readonly name: string }): boolean =>
  strangers.includes(id) || slugs.some((slug) => name.includes(slug));

/** What `list active` shows of this file's bottles. */
async function active() {
  const all = await fixture.backend.listActive(fixture.host);
  return all.filter(({ slug }) => slugs.includes(slug));
}

async function launch(from: Fixture = fixture) {
  const plan = await from.plan();
  slugs.push(plan.slug);
  const bottle = await from.launch(plan);
  bottles.push(bottle);
  return { bottle, plan, slug: plan.slug };
}

/** A stranger's container from an image that somebody committed out of a bottle's machine, labels and all. */
async function commitAndRun(container: string, name?: string) {
  const tag = `bb-test-${randomBytes(4).toString("hex")}`;
  await docker.getContainer(container).commit({ repo: tag });
  const stranger = await docker.createContainer({
    ...(name === undefined ? {} : { name }),
    Image: tag,
    Entrypoint: ["sleep"],
    Cmd: ["300"],
    HostConfig: { NetworkMode: "none", Init: true },
  });
  strangers.push(stranger.id);
  await stranger.start();
  return {
    isRunning: async () => (await stranger.inspect()).State.Running,
    remove: async () => {
      await stranger.remove({ force: true });
      await docker.getImage(tag).remove();
    },
  };
}

describeWithEngine("cleanup", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
  });
  afterEach(async () => {
    const left = await fixture.left();
    // This process is the command line that was said to be dead: it lets go of its sidecars.
    for (const bottle of bottles.splice(0)) await bottle.destroy();
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  });
  afterAll(() => fixture.dispose());

  it("leaves a bottle alone while its command line lives", async () => {
    const { bottle, slug } = await launch();
    const { entries, foreign } = await cleanUp();
    expect([entries, foreign]).toEqual([[], []]);
    expect(await fixture.left()).toHaveLength(4);
    await bottle.destroy();
    await orphan(slug);
    await cleanUp();
  });

  it("removes what a killed command line has left, its state folder too, and finds nothing the second time", async () => {
    const { slug } = await launch();
    await orphan(slug);
    expect(await active()).toEqual([expect.objectContaining({ slug, owner: "left", up: true })]);
    const { plan, failed } = await cleanUp();
    expect(failed).toEqual([]);
    expect(plan.entries).toHaveLength(1);
    expect(plan.entries[0]?.resources.map(({ kind }) => kind).sort()).toEqual([
      "container",
      "container",
      "network",
      "network",
      "state",
    ]);
    expect(await fixture.left()).toEqual([]);
    expect(await fixture.states()).not.toContain(slug);
    expect((await cleanUp()).plan.entries).toEqual([]);
    expect((await fixture.backend.cleanup(plan, fixture.host)).length).toBe(0);
  });

  it("removes the state folder of a launch that had made nothing yet, and keeps collected work", async () => {
    const { bottle, slug } = await launch();
    await bottle.destroy();
    const dir = fixture.host.home.state(slug);
    await orphan(slug);
    await writeFile(join(dir, "work.bundle"), "work");
    const { plan } = await cleanUp();
    expect(plan.entries).toEqual([{ slug, resources: [{ kind: "state", id: slug, name: dir }] }]);
    expect(await readdir(dir)).toEqual(["work.bundle"]);
    expect((await cleanUp()).plan.entries).toEqual([]);
  });

  it("does not touch a stranger's container with copied labels, whatever it is called", async () => {
    const { plan } = await launch();
    const others = [
      await commitAndRun(plan.agentName),
      await commitAndRun(plan.agentName, `bot-bottle-x-${plan.slug}`),
    ];
    try {
      await orphan(plan.slug);
      const { entries, foreign } = await cleanUp();
      expect(entries).toHaveLength(1);
      expect(foreign).toHaveLength(2);
      expect(foreign[0]?.reason).toContain("copied labels");
      expect(await Promise.all(others.map((one) => one.isRunning()))).toEqual([true, true]);
      expect(await active()).toEqual([]);
    } finally {
      await Promise.all(others.map((one) => one.remove()));
    }
  });

  it("does not touch a stranger's container that copied labels and even the role, from a sidecar", async () => {
    const { plan } = await launch();
    const tag = `bb-test-${randomBytes(4).toString("hex")}`;
    await docker.getContainer(plan.agentName).commit({ repo: tag });
    await docker.getContainer(plan.sidecarName).remove({ force: true });
    // The name of the sidecar with the labels of the agent.
    const stranger = await docker.createContainer({
      name: plan.sidecarName,
      Image: tag,
      Entrypoint: ["sleep"],
      Cmd: ["300"],
    });
    strangers.push(stranger.id);
    try {
      await orphan(plan.slug);
      expect((await cleanUp()).foreign).toHaveLength(1);
      expect((await stranger.inspect()).Id).toBe(stranger.id);
    } finally {
      await stranger.remove({ force: true });
      await docker.getImage(tag).remove();
    }
  });

  it("lists what belongs to another installation, and leaves it", async () => {
    const other = await makeFixture();
    try {
      const { plan } = await launch(other);
      await orphan(plan.slug, other);
      const { entries, foreign } = await cleanUp();
      expect(entries).toEqual([]);
      expect(foreign.map(({ reason }) => reason)).toEqual(Array(4).fill("of another installation"));
      expect(await active()).toEqual([
        expect.objectContaining({ slug: plan.slug, owner: "foreign", agent: undefined }),
      ]);
      expect(await other.left()).toHaveLength(4);
      await expect(fixture.backend.open(plan.slug, fixture.host)).rejects.toMatchObject({
        code: "BB_BOTTLE_NOT_FOUND",
      });
      await cleanUp(other);
      expect(await other.left()).toEqual([]);
    } finally {
      await other.dispose();
    }
  });

  it("lists what no state folder here knows, and what has another launch's nonce", async () => {
    const { bottle, slug } = await launch();
    const file = join(fixture.host.home.state(slug), "metadata.json");
    const metadata = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...metadata, nonce: "another" }));
    await orphan(slug);
    const first = await cleanUp();
    expect(first.foreign).toHaveLength(4);
    expect(first.entries).toEqual([{ slug, resources: [expect.objectContaining({ kind: "state" })] }]);
    const second = await cleanUp();
    expect(second.foreign.map(({ reason }) => reason)).toEqual(Array(4).fill("no state folder here knows it"));
    expect(await fixture.left()).toHaveLength(4);
    await bottle.destroy();
  });

  it("leaves a bottle alone that comes to life between the question and the answer", async () => {
    const { bottle, slug } = await launch();
    await orphan(slug);
    const plan = await fixture.backend.prepareCleanup(fixture.host);
    const unlock = await takeLock(fixture.host.home.state(slug));
    expect(await fixture.backend.cleanup(plan, fixture.host)).toEqual([
      { slug, error: expect.objectContaining({ code: "BB_BOTTLE_BUSY" }) },
    ]);
    expect(await fixture.left()).toHaveLength(4);
    await unlock();
    await bottle.destroy();
    await cleanUp();
  });

  it("opens a bottle that another process has launched, and destroys it", async () => {
    const { plan } = await launch();
    const backend = new DockerBottleBackend({ env: process.env });
    const again = await backend.open(plan.slug, fixture.host);
    expect((await again.exec({ argv: ["id", "-un"] })).stdout).toBe("node\n");
    expect(again.sidecar.endpoints.egress).toBe("http://egress:9099");
    const client = await backend.openSidecar(plan.slug);
    expect(await client.call("health", {})).toEqual({ configured: true });
    client.close();
    await again.destroy();
    await again.destroy();
    expect(await fixture.left()).toEqual([]);
    await expect(backend.open(plan.slug, fixture.host)).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
    await expect(backend.openSidecar(plan.slug)).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
  });
});
