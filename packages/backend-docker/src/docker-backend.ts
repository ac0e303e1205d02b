import { homedir } from "node:os";
import type { Duplex } from "node:stream";
import {
  type ActiveBottle,
  type BackendCapabilities,
  type Bottle,
  BottleBackend,
  type BottleCleanupPlan,
  type BottlePlanInit,
  type CheckHost,
  type CheckResult,
  type CleanupEntry,
  groupActive,
  type LaunchContext,
  planCleanup,
  readMetadata,
  type Reporter,
  type Slug,
  type StateHost,
} from "@bot-bottle/core";
import { dockerConfigDir } from "./client/context.ts";
import { discoverEngine } from "./client/discover.ts";
import type { Engine } from "./client/engine.ts";
import { openControlChannel } from "./control-channel.ts";
import { removeListed } from "./cleanup.ts";
import { DockerBottle } from "./docker-bottle.ts";
import { DockerBottlePlan } from "./docker-plan.ts";
import { checkEngine } from "./checks.ts";
import { findContainer } from "./find-container.ts";
import { listLabelled } from "./list.ts";
import { startContainer } from "./machine.ts";
import { goneError } from "./open-exec.ts";
import { removeLaunch } from "./remove.ts";
import { startBottle } from "./start-bottle.ts";

export interface DockerBackendOptions {
  readonly env: NodeJS.ProcessEnv;
  /** home folder of the user, where Docker's own configuration lies */
  readonly userHome?: string;
}

/** Runs bottles as pairs of containers on a Docker engine. */
export class DockerBottleBackend extends BottleBackend<DockerBottlePlan> {
  readonly name = "docker";
  readonly capabilities: BackendCapabilities = {
    localOnly: false,
    snapshot: false,
    portForward: false,
    gvisor: false,
    mountWorkspace: false,
    upstreamNetwork: true,
    diskLimit: false,
  };

  readonly #env: NodeJS.ProcessEnv;
  readonly #userHome: string;
  #found: Promise<Engine> | undefined;

  constructor({ env, userHome }: DockerBackendOptions) {
    super();
    this.#env = env;
    this.#userHome = userHome ?? homedir();
  }

  protected override completePlan(init: BottlePlanInit): DockerBottlePlan {
    return new DockerBottlePlan(init);
  }

  protected override async start(plan: DockerBottlePlan, context: LaunchContext): Promise<Bottle> {
    const engine = await this.#engine();
    return await startBottle({ engine, plan, context, dockerConfigDir: dockerConfigDir(this.#env, this.#userHome) });
  }

  protected override async connectSidecar(slug: Slug): Promise<Duplex> {
    const engine = await this.#engine();
    const { id } = await findContainer(engine, slug, "sidecar");
    return await openControlChannel({ engine, id, title: `the sidecar of "${slug}"` });
  }

  protected override async reopen(plan: DockerBottlePlan, host: StateHost, reporter: Reporter): Promise<Bottle> {
    const engine = await this.#engine();
    const { slug } = plan;
    const metadata = await readMetadata(host.home, slug);
    const title = `the bottle "${slug}"`;
    if (metadata?.caCertificate === undefined || metadata.endpoints === undefined) throw goneError(title, undefined);
    const identity = { slug, owner: host.owner, nonce: metadata.nonce };
    const { id, isRunning } = await findContainer(engine, slug, "agent", identity);
    if (!isRunning) throw goneError(title, undefined);
    return new DockerBottle({
      ...{ plan, reporter, container: { engine, id, title } },
      sidecar: { caCertificate: metadata.caCertificate, endpoints: metadata.endpoints },
      remove: () => removeLaunch(engine, identity),
    });
  }

  override async wake(slug: Slug, host: StateHost): Promise<void> {
    const engine = await this.#engine();
    const nonce = (await readMetadata(host.home, slug))?.nonce;
    const { id, isRunning } = await findContainer(engine, slug, "agent", { owner: host.owner, nonce: nonce ?? "" });
    if (!isRunning) await startContainer(engine, id, `the machine of the bottle "${slug}"`);
  }

  override async listActive(host: StateHost): Promise<readonly ActiveBottle[]> {
    return await groupActive(await listLabelled(await this.#engine()), this.name, host);
  }

  override async prepareCleanup(host: StateHost): Promise<BottleCleanupPlan> {
    return await planCleanup(await listLabelled(await this.#engine()), this.name, host);
  }

  protected override async removeEntry(entry: CleanupEntry): Promise<void> {
    await removeListed(await this.#engine(), entry);
  }

  override async checks(host: CheckHost): Promise<readonly CheckResult[]> {
    return await checkEngine(() => this.#engine(), host);
  }

  override async preload(): Promise<void> {
    await this.#engine()
      .then((engine) => engine.docker())
      .catch(() => undefined); // launch says what is wrong
  }

  override async isAvailable(): Promise<boolean> {
    return await this.#engine().then(
      () => true,
      () => false,
    );
  }

  /** The engine, found once. A failure is not kept: the next question asks again. */
  async #engine(): Promise<Engine> {
    this.#found ??= discoverEngine({ env: this.#env, userHome: this.#userHome });
    try {
      return await this.#found;
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }
}
