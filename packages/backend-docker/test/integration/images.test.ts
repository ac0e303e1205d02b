import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImagePlan } from "@bot-bottle/core";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { describeWithEngine, docker } from "../support/engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";

let fixture: Fixture;
let dir: string;
let prepared: Awaited<ReturnType<Fixture["plan"]>>;

/** A plan with another Dockerfile. */
async function planWith(dockerfile: string, image: Partial<ImagePlan> = {}) {
  await writeFile(join(dir, "Dockerfile"), dockerfile);
  const plan = await fixture.plan();
  return Object.assign(plan, { image: { ...plan.image, ...image } });
}
const progress = (): string => fixture.events.map((event) => (event.type === "progress" ? event.line : "")).join("\n");
const steps = (): readonly string[] => fixture.events.flatMap((event) => (event.type === "step" ? [event.step] : []));

describeWithEngine("images", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
    prepared = await fixture.plan();
    dir = prepared.image.contextDir;
  });
  afterEach(async () => {
    fixture.events.length = 0;
    await fixture.sweep();
  });
  afterAll(() => fixture.dispose());

  it("builds once, and again only when something has changed; the replaced image goes", async () => {
    const dockerfile = "ARG BASE_IMAGE=node:24-trixie-slim\nFROM ${BASE_IMAGE}\nCOPY fixture /fixture\n";
    const tagOf = async (): Promise<string> => {
      fixture.events.length = 0;
      const bottle = await fixture.launch(await planWith(dockerfile));
      const { Config } = await docker.getContainer(`bot-bottle-${bottle.plan.slug}`).inspect();
      await bottle.destroy();
      return Config.Image;
    };
    const first = await tagOf();
    expect(steps()).toContain("image.agent");
    expect(first).toMatch(/^bot-bottle\/agent:[0-9a-f]{12}$/);
    expect(await tagOf()).toBe(first);
    expect(steps()).not.toContain("image.agent");
    await writeFile(join(dir, "fixture"), randomBytes(8).toString("hex"));
    const second = await tagOf();
    expect(second).not.toBe(first);
    await expect(docker.getImage(first).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("runs its steps on a network of its own, which is gone afterwards", async () => {
    const seen: string[] = [];
    const plan = await planWith(`FROM node:24-trixie-slim\nRUN echo ${randomBytes(4).toString("hex")} && sleep 1\n`);
    const timer = setInterval(() => {
      void docker.listNetworks().then((list) => seen.push(...list.map(({ Name }) => Name)));
    }, 100);
    const bottle = await fixture.launch(plan);
    clearInterval(timer);
    expect(seen).toContain(`bot-bottle-${plan.slug}-build`);
    expect((await fixture.left()).filter((name) => name.endsWith("-build"))).toEqual([]);
    await bottle.destroy();
  });

  it("shows the last lines of a build that fails", async () => {
    const plan = await planWith(
      "FROM node:24-trixie-slim\nRUN echo some output; sleep 0.2; echo the reason >&2; sleep 0.2; exit 3\n",
    );
    await expect(fixture.launch(plan)).rejects.toMatchObject({
      code: "BB_IMAGE_BUILD",
      message: expect.stringContaining("returned a non-zero code: 3"),
      hint: expect.stringMatching(/some output\n.*the reason/),
    });
    expect(progress()).toContain("Step 1/");
  });

  it("knows a full disk and a wrong clock by what a build prints", async () => {
    const full = await planWith(
      "FROM node:24-trixie-slim\nRUN echo 'write error: No space left on device' >&2; exit 1\n",
    );
    await expect(fixture.launch(full)).rejects.toMatchObject({ code: "BB_DISK_FULL" });
    const clock = "E: Release file for http://deb.debian.org/x is not valid yet (invalid for another 3d 2h).";
    const early = await planWith(`FROM node:24-trixie-slim\nRUN echo '${clock}' >&2; exit 100\n`);
    await expect(fixture.launch(early)).rejects.toMatchObject({
      code: "BB_IMAGE_BUILD",
      hint: expect.stringContaining("clock"),
    });
  });

  it("refuses a Dockerfile that does not parse, and a base image that is nowhere", async () => {
    await expect(fixture.launch(await planWith("FROM node:24-trixie-slim\nNONSENSE x\n"))).rejects.toMatchObject({
      code: expect.stringMatching(/^BB_(IMAGE_BUILD|ENGINE_ERROR)$/),
      message: expect.stringMatching(/NONSENSE/i),
    });
    await expect(fixture.launch(await planWith("FROM 127.0.0.1:9/no/such:image\n"))).rejects.toMatchObject({
      code: "BB_IMAGE_MISSING",
      message: expect.stringContaining("127.0.0.1:9/no/such:image"),
    });
    await expect(fixture.launch(await planWith("FROM scratch\n", { dockerfile: "Missing" }))).rejects.toMatchObject({
      code: "BB_IMAGE_MISSING",
    });
  });

  it("stops a build when the launch is stopped", async () => {
    const plan = await planWith(`FROM node:24-trixie-slim\nRUN echo ${randomBytes(4).toString("hex")}; sleep 60\n`);
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 1_500);
    const begun = Date.now();
    await expect(fixture.launch(plan, controller.signal)).rejects.toMatchObject({ code: "BB_ABORTED" });
    expect(Date.now() - begun).toBeLessThan(30_000);
  });

  it("builds for two launches at once", async () => {
    const dockerfile = `FROM node:24-trixie-slim\nRUN echo ${randomBytes(4).toString("hex")} && sleep 0.5\n`;
    const plans = [await planWith(dockerfile), await planWith(dockerfile)];
    const bottles = await Promise.all(plans.map((plan) => fixture.launch(plan)));
    await Promise.all(bottles.map((bottle) => bottle.destroy()));
    const label = [`dev.bot-bottle.image-builder=${fixture.host.owner}`];
    expect(await docker.listImages({ filters: JSON.stringify({ label, dangling: ["true"] }) })).toEqual([]);
  });

  it("takes another base image where the configuration names one", async () => {
    const tag = `bb-test-base:${randomBytes(4).toString("hex")}`;
    const [repo = "", version = ""] = tag.split(":");
    await docker.getImage("node:24-trixie-slim").tag({ repo, tag: version });
    const other = await makeFixture({ host: { baseImage: tag } });
    try {
      const bottle = await other.launch();
      const { Config } = await docker.getContainer(`bot-bottle-${bottle.plan.slug}`).inspect();
      const history: unknown = await docker.getImage(Config.Image).history();
      expect(JSON.stringify(history)).toContain(tag);
      await bottle.destroy();
    } finally {
      await other.sweep();
      await other.dispose();
      await docker.getImage(tag).remove();
    }
  });

  it("adds the manifest's packages to the image", async () => {
    const plan = await planWith("FROM node:24-trixie-slim\nUSER node\n", {
      packages: { apt: ["tree"], npm: ["semver@7"] },
    });
    const bottle = await fixture.launch(plan);
    const { exitCode, stdout } = await bottle.exec({
      argv: ["/bin/sh", "-c", "tree --version && semver 1.2.3 && id -un"],
    });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^tree v.*\n1\.2\.3\nnode\n$/)]);
    await bottle.destroy();
  });
});
