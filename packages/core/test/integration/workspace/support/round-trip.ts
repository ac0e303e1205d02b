import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { homePaths } from "../../../../src/paths/home.ts";
import { provisionWorkspace } from "../../../../src/provision/workspace.ts";
import { salvageWork, type SalvageOptions, type SalvageResult } from "../../../../src/session/salvage-work.ts";
import { type BottleMetadata, readMetadata, updateMetadata, WORK_BUNDLE } from "../../../../src/state/state-store.ts";
import type { WorkspacePlan } from "../../../../src/bottle/plan-parts.ts";
import { pullWork, type PulledWork } from "../../../../src/workspace/pull.ts";
import type { HostFolder } from "./host-folder.ts";
import { type GuestOptions, LocalBottle, SLUG } from "./local-bottle.ts";

const METADATA: BottleMetadata = {
  schemaVersion: 1,
  slug: SLUG,
  backend: "local",
  agent: "sample",
  provider: "fake",
  nonce: "0".repeat(32),
  created: "2026-01-02T03:04:05.678Z",
};

/** One session with a workspace: the host's folder, the bottle, and the state between them. */
export class RoundTrip implements AsyncDisposable {
  readonly host: HostFolder;
  readonly bottle: LocalBottle;
  readonly bundle: string;
  readonly #home: ReturnType<typeof homePaths>;

  private constructor(host: HostFolder, bottle: LocalBottle) {
    this.host = host;
    this.bottle = bottle;
    this.#home = homePaths(host.path("bb"));
    this.bundle = join(this.#home.state(SLUG), WORK_BUNDLE);
  }

  /** Copies the work folder in. */
  static async start(
    host: HostFolder,
    workspace: Partial<WorkspacePlan> = {},
    guest: GuestOptions = {},
  ): Promise<RoundTrip> {
    const bottle = await LocalBottle.create({ source: host.work, ...workspace }, guest);
    const trip = new RoundTrip(host, bottle);
    mkdirSync(trip.#home.state(SLUG), { recursive: true, mode: 0o700 });
    await updateMetadata(trip.#home, METADATA);
    await provisionWorkspace(bottle.plan, bottle, { home: trip.#home, owner: "owner" });
    bottle.execs = 0;
    return trip;
  }

  async metadata(): Promise<BottleMetadata> {
    return (await readMetadata(this.#home, SLUG)) ?? METADATA;
  }

  async salvage(options: SalvageOptions = {}): Promise<SalvageResult> {
    return await salvageWork(this.bottle, await this.metadata(), this.bundle, options);
  }

  async pull(repository = this.host.work): Promise<PulledWork> {
    return await pullWork({ bundle: this.bundle, repository, slug: SLUG });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bottle.destroy();
  }
}
