import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  groupActive,
  type LabelledResource,
  listLeftStates,
  ownershipOf,
  planCleanup,
} from "../../../src/backend/ownership.ts";
import type { Slug } from "../../../src/bottle/slug.ts";
import { createState, updateMetadata } from "../../../src/state/state-store.ts";
import { killOwner } from "../../support/kill-owner.ts";
import { sampleInit, sampleMetadata, SLUG } from "../../support/sample-metadata.ts";
import { tempHome } from "../../support/temp-home.ts";

const OWNER = "0".repeat(32);

async function setUp({ killed = true } = {}) {
  const host = { home: tempHome(), owner: OWNER };
  const metadata = sampleMetadata();
  await createState(host.home, metadata, sampleInit());
  if (killed) killOwner(host.home.state(SLUG));
  const resource = (
    changes: Partial<LabelledResource> = {},
    labels: LabelledResource["labels"] = {},
  ): LabelledResource => ({
    kind: "container",
    id: "c0ffee",
    name: `bot-bottle-${SLUG}`,
    nameFits: true,
    isUp: true,
    labels: { slug: SLUG, owner: OWNER, nonce: metadata.nonce, created: metadata.created, ...labels },
    ...changes,
  });
  return { host, metadata, resource };
}

describe("ownershipOf", () => {
  it("knows a bottle whose owner lives, and one that is left", async () => {
    const running = await setUp({ killed: false });
    expect(await ownershipOf(running.resource(), "fake", running.host)).toEqual({ owner: "running", slug: SLUG });
    const left = await setUp();
    expect(await ownershipOf(left.resource(), "fake", left.host)).toEqual({ owner: "left", slug: SLUG });
  });

  it.each<[string, Partial<LabelledResource>, LabelledResource["labels"], string]>([
    ["of another installation", {}, { owner: "1".repeat(32) }, "of another installation"],
    ["with an empty owner", {}, { owner: "" }, "of another installation"],
    ["with copied labels and a name of its own", { nameFits: false }, {}, "copied labels: the name is not a bottle's"],
    ["whose slug is a path", {}, { slug: "../../x" }, "copied labels: the name is not a bottle's"],
    ["of a bottle that nobody here knows", {}, { slug: "other-abcde" }, "no state folder here knows it"],
    ["of another launch", {}, { nonce: "f".repeat(32) }, "the state folder is another bottle's"],
    ["with an empty nonce", {}, { nonce: "" }, "the state folder is another bottle's"],
  ])("calls a thing %s foreign", async (_title, changes, labels, reason) => {
    const { host, resource } = await setUp();
    expect(await ownershipOf(resource(changes, labels), "fake", host)).toEqual({ owner: "foreign", reason });
  });

  it("calls a thing of another backend's bottle foreign", async () => {
    const { host, resource } = await setUp();
    expect(await ownershipOf(resource(), "docker", host)).toMatchObject({ owner: "foreign" });
  });
});

describe("listLeftStates", () => {
  it("lists what a killed launch of this backend left, and nothing of others", async () => {
    const { host } = await setUp();
    await createState(host.home, sampleMetadata({ slug: "alive-abcde" as Slug }), sampleInit("alive-abcde" as Slug));
    const other = sampleMetadata({ slug: "docker-abcde" as Slug, backend: "docker" });
    await createState(host.home, other, sampleInit(other.slug));
    killOwner(host.home.state(other.slug));
    expect(await listLeftStates("fake", host)).toEqual([SLUG]);
    expect(await listLeftStates("docker", host)).toEqual(["docker-abcde"]);
  });

  it("does not list a folder that holds collected work only", async () => {
    const { host } = await setUp();
    const dir = host.home.state(SLUG);
    for (const name of readdirSync(dir)) rmSync(join(dir, name));
    writeFileSync(join(dir, "work.bundle"), "work");
    expect(await listLeftStates("fake", host)).toEqual([]);
  });

  it("lists a folder whose removal was cut short, for the backend of its plan", async () => {
    const { host } = await setUp();
    rmSync(join(host.home.state(SLUG), "metadata.json"));
    expect(await listLeftStates("fake", host)).toEqual([SLUG]);
    expect(await listLeftStates("docker", host)).toEqual([]);
    rmSync(join(host.home.state(SLUG), "plan.json"));
    expect(await listLeftStates("docker", host)).toEqual([SLUG]);
  });

  it("leaves a folder of another version alone", async () => {
    const { host } = await setUp();
    await updateMetadata(host.home, { ...sampleMetadata(), schemaVersion: 2 as 1 });
    expect(await listLeftStates("fake", host)).toEqual([]);
  });

  it("is empty without a home", async () => {
    expect(await listLeftStates("fake", { home: tempHome(), owner: OWNER })).toEqual([]);
  });
});

describe("planCleanup", () => {
  it("lists things and the folder of each left bottle together, and strangers apart", async () => {
    const { host, resource } = await setUp();
    const network = resource({ kind: "network", id: "n1", name: `bot-bottle-${SLUG}-internal` });
    const stranger = resource({ id: "s1", name: "evil\u001b[2J", nameFits: false });
    expect(await planCleanup([resource(), stranger, network], "fake", host)).toEqual({
      backendName: "fake",
      entries: [
        {
          slug: SLUG,
          resources: [
            { kind: "container", id: "c0ffee", name: `bot-bottle-${SLUG}` },
            { kind: "network", id: "n1", name: `bot-bottle-${SLUG}-internal` },
            { kind: "state", id: SLUG, name: host.home.state(SLUG) },
          ],
        },
      ],
      foreign: [
        { kind: "container", id: "s1", name: "evil\\u{1b}[2J", reason: "copied labels: the name is not a bottle's" },
      ],
    });
  });

  it("has nothing of a bottle whose owner lives", async () => {
    const { host, resource } = await setUp({ killed: false });
    expect(await planCleanup([resource()], "fake", host)).toEqual({ backendName: "fake", entries: [], foreign: [] });
  });
});

describe("groupActive", () => {
  it("makes one bottle of its things, up when its machine is", async () => {
    const { host, resource, metadata } = await setUp();
    const sidecar = resource({ id: "side", isUp: false });
    expect(await groupActive([sidecar, resource()], "fake", host)).toEqual([
      { slug: SLUG, backend: "fake", agent: "reviewer", created: metadata.created, owner: "left", up: true },
    ]);
  });

  it("shows other installations' bottles without an agent, and nothing whose name or slug does not fit", async () => {
    const { host, resource } = await setUp();
    const foreign = resource({}, { owner: "1".repeat(32), created: "yesterday" });
    const copies = [resource({ nameFits: false }), resource({}, { slug: "../x" })];
    expect(await groupActive([foreign, ...copies], "fake", host)).toEqual([
      { slug: SLUG, backend: "fake", agent: undefined, created: "", owner: "foreign", up: true },
    ]);
  });

  it("lists the oldest first", async () => {
    const { host, resource } = await setUp();
    const slugs = ["b-abcde", "a-abcde"];
    const resources = slugs.map((slug, index) =>
      resource({}, { slug, owner: "x", created: `2026-11-2${2 - index}T00:00:00.000Z` }),
    );
    expect((await groupActive(resources, "fake", host)).map(({ slug }) => slug)).toEqual(["a-abcde", "b-abcde"]);
    mkdirSync(host.home.root, { recursive: true });
  });
});
