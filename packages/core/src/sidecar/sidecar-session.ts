import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { genesisHead } from "../audit/chain.ts";
import { removeTrail, writeSeal } from "../audit/seal.ts";
import type { LaunchHost } from "../backend/hosts.ts";
import type { ConfiguredSidecar, LaunchContext, SidecarAccess } from "../backend/launch-context.ts";
import type { UndoStack } from "../backend/undo-stack.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { toError } from "../errors/to-error.ts";
import type { Reporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { secretKey } from "../secret/secret-ref.ts";
import type { Secret } from "../secret/secret.ts";
import { type BottleMetadata, updateMetadata } from "../state/metadata.ts";
import { AuditFile } from "./audit-file.ts";
import { createSidecarClient } from "./client.ts";
import type { SidecarEndpoints } from "./control-protocol.ts";
import { type FixedConfiguration, fixedConfiguration, planSecretRefs } from "./sidecar-configuration.ts";
import type { SidecarClient } from "./sidecar-client.ts";
import { orStop, within } from "./within.ts";

const MAX_RESTARTS = 3;
const CONFIGURE_TIMEOUT_MS = 60_000;
const REJOIN_TIMEOUT_MS = 5_000;
const END_TIMEOUT_MS = 3_000;
const PAUSE_MS = 1_000;

export interface SessionOptions {
  readonly plan: BottlePlan;
  readonly metadata: BottleMetadata;
  readonly host: LaunchHost;
  /** ends the launch; of no interest once the bottle runs */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly undo: UndoStack;
  /** pause in ms before a sidecar that has just gone away is looked for again, default 1000 */
  readonly pauseMs?: number;
}

function discard(channel: Duplex): void {
  channel.on("error", () => undefined).destroy();
}

const textOf = (error: unknown): string => redactForDisplay(toError(error).message);

/**
 * The launching process's side of one sidecar. It holds policy, secrets, authority and audit head in memory, so that a
 * sidecar that died can be brought back, at most three times; without this process the bottle stays closed.
 */
export class SidecarSession {
  readonly #options: SessionOptions;
  readonly #fixed: Promise<FixedConfiguration>;
  readonly #audit: AuditFile;
  readonly #redactionKey = randomBytes(32).toString("hex");
  /** aborted by `end` */
  readonly #stop = new AbortController();
  #access: SidecarAccess | undefined;
  #client: SidecarClient | undefined;
  #revival: Promise<void> | undefined;
  #revivedAt = -Infinity;
  #restarts = 0;
  /** values that have changed since the launch, by key */
  readonly #renewed: Record<string, string> = {};
  #stopWatching: (() => void) | undefined;
  #ending: Promise<void> | undefined;

  private constructor(options: SessionOptions, audit: AuditFile) {
    this.#options = options;
    this.#audit = audit;
    this.#fixed = fixedConfiguration(options.plan, options.host);
    this.#fixed.catch(() => undefined); // reported by configure()
  }

  /** Begins the audit trail, and to gather what the sidecar needs, while the backend makes it. */
  static async open(options: SessionOptions): Promise<SidecarSession> {
    const { metadata, host, undo, reporter } = options;
    const audit = await AuditFile.create(host.home.audit(metadata.slug), genesisHead(metadata), (error) => {
      reporter.report({ type: "warning", message: `The audit trail on disk is not whole: ${textOf(error)}` });
    });
    const session = new SidecarSession(options, audit);
    undo.defer("audit trail", () => session.#abandon());
    await writeSeal(host.home, metadata);
    return session;
  }

  /** This session as a backend sees it. */
  get access(): LaunchContext["sidecar"] {
    return {
      configure: (access) => this.configure(access),
      caCertificate: async () => (await this.#gathered(this.#options.signal)).authority.certificate,
      end: () => this.end(),
    };
  }

  async configure(access: SidecarAccess): Promise<ConfiguredSidecar> {
    const { host, metadata, undo, signal } = this.#options;
    const { authority } = await this.#gathered(signal);
    const endpoints = await this.#begin(access, false, signal);
    this.#access = access;
    this.#reviveIfLost();
    this.#watchSecrets();
    // Newest first: the trail is ended while the sidecar still runs.
    undo.defer("audit trail", () => this.end());
    await updateMetadata(host.home, { ...metadata, caCertificate: authority.certificate, endpoints });
    return { caCertificate: authority.certificate, endpoints };
  }

  /** Ends the trail and closes the channel; later calls wait for the first. Never rejects. */
  async end(): Promise<void> {
    this.#ending ??= this.#end();
    await this.#ending;
  }

  /** A human may be asked for a part of it. */
  async #gathered(stop: AbortSignal): Promise<FixedConfiguration> {
    return await orStop(this.#fixed, stop, () => undefined);
  }

  async #open(access: SidecarAccess, stop: AbortSignal): Promise<SidecarClient> {
    stop.throwIfAborted();
    const client = createSidecarClient(await orStop(access.connect(), stop, discard));
    client.onEvent(({ line }) => {
      this.#audit.append([line]);
    });
    return client;
  }

  /** Configures a closed sidecar and follows its trail from then on. */
  async #begin(access: SidecarAccess, restarted: boolean, stop: AbortSignal): Promise<SidecarEndpoints> {
    const fixed = await this.#gathered(stop);
    const client = await this.#open(access, stop);
    const audit = { ...this.#audit.head, restarted, redactionKey: this.#redactionKey };
    return await within(client, { timeoutMs: CONFIGURE_TIMEOUT_MS, stop }, async () => {
      const secrets = { ...fixed.secrets, ...this.#renewed };
      const { endpoints } = await client.call("configure", { ...fixed, secrets, network: access.network, audit });
      await this.#follow(client);
      return endpoints;
    });
  }

  /** A login that its program renews on this machine goes on working in the bottle. */
  #watchSecrets(): void {
    const { plan, host } = this.#options;
    const refs = planSecretRefs(plan).filter(({ source }) => source === "host-login");
    const stops = refs.map((ref) =>
      host.watchSecret?.(ref, (value) => {
        void this.#renew(secretKey(ref), value);
      }),
    );
    this.#stopWatching = () => {
      for (const stop of stops) stop?.();
    };
  }

  /** A sidecar that is away gets the value when it is configured again. */
  async #renew(key: string, value: Secret): Promise<void> {
    this.#renewed[key] = value.reveal();
    try {
      await this.#client?.call("secrets.set", { values: this.#renewed });
    } catch (error) {
      this.#warn(`The renewed login could not be handed to the sidecar: ${textOf(error)}`);
    }
  }

  /** Takes what the sidecar has since the last record here, and everything after it. */
  async #follow(client: SidecarClient): Promise<void> {
    const { lines } = await client.call("events.subscribe", { fromCount: this.#audit.head.count });
    this.#audit.append(lines);
    this.#client = client;
    void client.closed.then((reason) => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#reviveIfLost(reason);
    });
  }

  #reviveIfLost(reason?: Error): void {
    const access = this.#access;
    if (this.#client !== undefined || access === undefined || this.#stop.signal.aborted) return;
    this.#revival ??= this.#revive(access, reason)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#warn(`The sidecar could not be brought back: ${textOf(error)}`);
      })
      .finally(() => (this.#revival = undefined));
  }

  /** A channel may break off while the sidecar lives on; only one that does not answer is started again. */
  async #revive(access: SidecarAccess, reason: unknown): Promise<void> {
    const stop = this.#stop.signal;
    for (let why = reason; this.#client === undefined;) {
      const { pauseMs = PAUSE_MS } = this.#options;
      if (performance.now() - this.#revivedAt < pauseMs) await delay(pauseMs, undefined, { signal: stop });
      this.#revivedAt = performance.now();
      if (await this.#rejoin(access, stop)) continue;
      stop.throwIfAborted();
      const because = why === undefined ? "." : `: ${textOf(why)}`;
      if (access.restart === undefined || this.#restarts >= MAX_RESTARTS) {
        this.#warn(`The sidecar went away${because} The bottle has no way out any more.`);
        return;
      }
      this.#restarts++;
      this.#warn(`The sidecar went away${because} Bringing it back (${this.#restarts} of ${MAX_RESTARTS}).`);
      try {
        await orStop(access.restart(), stop, () => undefined);
        await this.#begin(access, true, stop);
      } catch (error) {
        why = error;
      }
    }
  }

  /** @returns false when the sidecar is not there, or has forgotten its bottle */
  async #rejoin(access: SidecarAccess, stop: AbortSignal): Promise<boolean> {
    try {
      const client = await this.#open(access, stop);
      await within(client, { timeoutMs: REJOIN_TIMEOUT_MS, stop }, async () => {
        const { configured } = await client.call("health", {});
        if (!configured) throw new Error("The sidecar has forgotten its bottle.");
        await this.#follow(client);
      });
      return true;
    } catch {
      return false;
    }
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    this.#stopWatching?.();
    await this.#revival;
    await this.#endTrail();
    await this.#audit.close();
    const { host, metadata } = this.#options;
    await writeSeal(host.home, metadata, this.#audit.head).catch((error: unknown) => {
      this.#warn(`The audit trail could not be sealed: ${textOf(error)}`);
    });
  }

  async #endTrail(): Promise<void> {
    const access = this.#access;
    if (access === undefined) return;
    const stop = AbortSignal.timeout(END_TIMEOUT_MS);
    try {
      if (this.#client === undefined) await this.#rejoin(access, stop);
      await this.#callEnd(stop);
    } catch (error) {
      this.#warn(`The audit trail has no proper end: ${textOf(error)}`);
    }
  }

  async #callEnd(stop: AbortSignal): Promise<void> {
    const client = this.#client;
    if (client === undefined) throw new Error("the sidecar is gone");
    await within(client, { timeoutMs: END_TIMEOUT_MS, stop }, () => client.call("audit.end", {}));
    client.close();
  }

  /** Undo of a launch: a trail that never began leaves no file. */
  async #abandon(): Promise<void> {
    await this.end();
    const { host, metadata } = this.#options;
    if (this.#audit.head.count === 0) await removeTrail(host.home, metadata.slug);
  }

  #warn(message: string): void {
    this.#options.reporter.report({ type: "warning", message });
  }
}
