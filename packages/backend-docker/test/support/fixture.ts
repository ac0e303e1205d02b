import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bottle,
  type BottleSpec,
  type LaunchHost,
  type PrepareHost,
  type ReportEvent,
  Secret,
} from "@bot-bottle/core";
import { fakeHost, fakeProviders, FakeProvider, sampleSpec } from "@bot-bottle/core/testing";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import type { DockerBottlePlan } from "../../src/docker-plan.ts";
import { docker } from "./engine.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
export const SECRET_VALUE = "fixture-secret-0f6c1d2b";

export interface FixtureOptions {
  /** what the sidecar does wrong */
  readonly fault?: "refuse" | "wall" | "silent" | "exit" | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly host?: Partial<LaunchHost>;
  /** folder with the sidecar's image context in place of the stand-in */
  readonly sidecarContext?: string;
  /** shared by fixtures whose images are the same */
  readonly seed?: string;
}

/** One installation with a home of its own, and images that nobody else uses. */
export interface Fixture {
  readonly host: LaunchHost & PrepareHost;
  readonly backend: DockerBottleBackend;
  readonly events: ReportEvent[];
  plan(changes?: Partial<BottleSpec>): Promise<DockerBottlePlan>;
  launch(plan?: DockerBottlePlan, signal?: AbortSignal): Promise<Bottle>;
  /** names of everything of this installation on the engine, images left out */
  left(): Promise<readonly string[]>;
  /** slugs with a state folder */
  states(): Promise<readonly string[]>;
  /** removes what a test has left behind. @throws Error when there was anything */
  sweep(): Promise<void>;
  /** removes images and home; everything else must be gone already */
  dispose(): Promise<void>;
}

async function copyContext(from: string, to: string, fixture: string): Promise<string> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await copyFile(join(from, name), join(to, name));
  await writeFile(join(to, "fixture"), fixture);
  return to;
}

export async function makeFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const root = await mkdtemp(join(tmpdir(), "bb-docker-"));
  const owner = randomBytes(16).toString("hex");
  const seed = options.seed ?? owner;
  const fixture = JSON.stringify({ seed, fault: options.fault });
  const agent = await copyContext(join(FIXTURES, "agent"), join(root, "agent"), seed);
  const sidecar =
    options.sidecarContext ?? (await copyContext(join(FIXTURES, "sidecar"), join(root, "sidecar"), fixture));
  const provider = new FakeProvider({ contextDir: agent, dockerfile: "Dockerfile", buildArgs: {} });
  const host = fakeHost(root, {
    owner,
    providers: fakeProviders(provider),
    sidecarImage: { contextDir: sidecar },
    env: { REGISTRY_TOKEN: SECRET_VALUE },
    resolveSecret: async () => new Secret(SECRET_VALUE),
    ...options.host,
  });
  const backend = new DockerBottleBackend({ env: options.env ?? process.env });
  const events: ReportEvent[] = [];
  const left = async (): Promise<readonly string[]> => {
    const filters = { label: [`dev.bot-bottle.owner=${owner}`] };
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]);
    return [
      ...containers.flatMap(({ Names }) => Names),
      ...networks.map(({ Name }) => Name),
      ...((volumes as typeof volumes | null) ?? []).map(({ Name }) => Name),
    ];
  };
  return {
    host,
    backend,
    events,
    left,
    // The image has no git: no identity to set up.
    plan: (changes = {}) => backend.prepare({ ...sampleSpec, gitIdentity: {}, ...changes }, host),
    launch: async (plan, signal) =>
      await backend.launch(plan ?? (await backend.prepare({ ...sampleSpec, gitIdentity: {} }, host)), {
        host,
        reporter: { report: (event) => events.push(event) },
        ...(signal === undefined ? {} : { signal }),
      }),
    states: async () => await readdir(host.home.stateRoot).catch(() => []),
    sweep: async () => {
      const found = await left();
      const label = `dev.bot-bottle.owner=${owner}`;
      for (const { Id } of await docker.listContainers({ all: true, filters: { label: [label] } })) {
        await docker.getContainer(Id).remove({ force: true, v: true });
      }
      for (const { Id } of await docker.listNetworks({ filters: { label: [label] } }))
        await docker.getNetwork(Id).remove();
      if (found.length > 0) throw new Error(`left behind: ${found.join(", ")}`);
    },
    dispose: async () => {
      const filters = JSON.stringify({ label: [`dev.bot-bottle.image-builder=${owner}`] });
      const images = await docker.listImages({ filters });
      for (const tag of images.flatMap(({ RepoTags }) => (RepoTags as string[] | null) ?? [])) {
        await docker.getImage(tag).remove();
      }
      await rm(root, { recursive: true, force: true });
    },
  };
}
