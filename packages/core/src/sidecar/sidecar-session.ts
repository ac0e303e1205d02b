import { randomBytes } from "node:crypto";
import { genesisHead } from "../audit/chain.ts";
import { writeSeal } from "../audit/seal.ts";
import { type LaunchHost } from "../backend/hosts.ts";
import { type ConfiguredSidecar, type LaunchContext, type SidecarAccess } from "../backend/launch-context.ts";
import { type UndoStack } from "../backend/undo-stack.ts";
import { type BottlePlan } from "../bottle/plan.ts";
import { toError } from "../errors/to-error.ts";
import { type Reporter } from "../events/reporter.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { type SecretRef, secretKey } from "../secret/secret-ref.ts";
import { type BottleMetadata, updateMetadata } from "../state/state-store.ts";
import { AuditFile } from "./audit-file.ts";
import { createSidecarClient } from "./client.ts";
import { type AuditPage, type SidecarConfiguration, type SidecarEndpoints } from "./control-protocol.ts";
import { type SidecarClient } from "./sidecar-client.ts";

const MAX_RESTARTS = 3;
const END_TIMEOUT_MS = 3_000;

interface SessionOptions {
  readonly plan: BottlePlan;
  readonly metadata: BottleMetadata;
  readonly host: LaunchHost;
  readonly reporter: Reporter;
  readonly undo: UndoStack;
}

type FixedConfiguration = Omit<SidecarConfiguration, "network" | "audit">;

function secretRefs(plan: BottlePlan): readonly SecretRef[] {
  const { policy, upstream } = plan.egressPlan;
  return [
    ...policy.routes.flatMap(({ auth }) => (auth === undefined ? [] : [auth.secret])),
    ...(upstream.proxy?.auth === undefined ? [] : [upstream.proxy.auth]),
  ];
}

async function secretValues(plan: BottlePlan, host: LaunchHost): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const ref of secretRefs(plan)) values[secretKey(ref)] ??= (await host.resolveSecret(ref)).reveal();
  return values;
}

async function fixedConfiguration({ plan, host }: SessionOptions): Promise<FixedConfiguration> {
  const { egressPlan } = plan;
  const { proxy, caCertificates } = egressPlan.upstream;
  const [secrets, authority] = await Promise.all([secretValues(plan, host), host.mintAuthority(plan.slug)]);
  return {
    slug: plan.slug,
    generation: 1,
    policy: egressPlan.policy,
    secrets,
    authority,
    upstream: {
      ...(proxy === undefined
        ? {}
        : { proxy: { url: proxy.url, authSecretKey: proxy.auth === undefined ? undefined : secretKey(proxy.auth) } }),
      caCertificates,
    },
    logLevel: egressPlan.logLevel,
  };
}

/**
 * The launching process's side of one sidecar. It holds policy, secrets, authority and audit head in memory, so that a
 * sidecar that died can be brought back, at most three times; without this process the bottle stays closed.
 */
export class SidecarSession {
  readonly #options: SessionOptions;
  readonly #fixed: Promise<FixedConfiguration>;
  readonly #audit: AuditFile;
  readonly #redactionKey = randomBytes(32).toString("hex");
  #access: SidecarAccess | undefined;
  #client: SidecarClient | undefined;
  #restarts = 0;
  #ending: Promise<void> | undefined;

  private constructor(options: SessionOptions, audit: AuditFile) {
    this.#options = options;
    this.#audit = audit;
    this.#fixed = fixedConfiguration(options);
    this.#fixed.catch(() => undefined); // reported by configure()
  }

  /** Begins to gather what the sidecar needs, while the backend makes it. */
  static async open(options: SessionOptions): Promise<SidecarSession> {
    const { metadata, host } = options;
    await writeSeal(host.home, metadata);
    const session = new SidecarSession(
      options,
      await AuditFile.open(host.home.audit(metadata.slug), genesisHead(metadata)),
    );
    options.undo.defer("audit trail", () => session.end());
    return session;
  }

  /** This session as a backend sees it. */
  get access(): LaunchContext["sidecar"] {
    return { configure: (access) => this.configure(access), end: () => this.end() };
  }

  async configure(access: SidecarAccess): Promise<ConfiguredSidecar> {
    const { host, metadata, undo } = this.#options;
    this.#access = access;
    const endpoints = await this.#connect(access, false);
    // Newest first: the trail is ended while the sidecar still runs.
    undo.defer("audit trail", () => this.end());
    const { authority } = await this.#fixed;
    await updateMetadata(host.home, { ...metadata, caCertificate: authority.certificate, endpoints });
    return { caCertificate: authority.certificate, endpoints };
  }

  async end(): Promise<void> {
    this.#ending ??= this.#end();
    await this.#ending;
  }

  async #connect(access: SidecarAccess, restarted: boolean): Promise<SidecarEndpoints> {
    const [fixed, connection] = await Promise.all([this.#fixed, access.connect()]);
    const client = createSidecarClient(connection);
    client.onEvent(({ line }) => {
      this.#audit.append([line]);
    });
    const audit = { ...this.#audit.head, restarted, redactionKey: this.#redactionKey };
    try {
      const { endpoints } = await client.call("configure", { ...fixed, network: access.network, audit });
      this.#append(await client.call("events.subscribe", { fromCount: this.#audit.head.count }));
      this.#client = client;
      void client.closed.then((reason) => this.#lost(reason));
      return endpoints;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  #append({ lines }: AuditPage): void {
    this.#audit.append(lines);
  }

  async #lost(reason: Error | undefined): Promise<void> {
    this.#client = undefined;
    const access = this.#access;
    if (this.#ending !== undefined || access?.restart === undefined) return;
    const why = reason === undefined ? "" : `: ${redactForDisplay(reason.message)}`;
    if (this.#restarts >= MAX_RESTARTS) {
      this.#warn(`The sidecar died again${why}. The bottle has no way out any more.`);
      return;
    }
    this.#restarts++;
    this.#warn(`The sidecar went away${why}. Bringing it back (${this.#restarts} of ${MAX_RESTARTS}).`);
    try {
      await access.restart();
      await this.#connect(access, true);
    } catch (error) {
      this.#warn(`The sidecar could not be brought back: ${redactForDisplay(toError(error).message)}`);
    }
  }

  async #end(): Promise<void> {
    const client = this.#client;
    try {
      if (client !== undefined) {
        const late = new Promise<undefined>((resolve) => setTimeout(resolve, END_TIMEOUT_MS, undefined).unref());
        const page = await Promise.race([client.call("audit.end", {}), late]);
        if (page === undefined) this.#warn("The sidecar did not end its audit trail in time.");
        client.close();
      }
    } catch (error) {
      this.#warn(`The audit trail has no proper end: ${redactForDisplay(toError(error).message)}`);
    }
    await this.#audit.close();
    const { host, metadata } = this.#options;
    await writeSeal(host.home, metadata, this.#audit.head);
    if (this.#audit.failure !== undefined) {
      this.#warn(`The audit trail on disk is not whole: ${redactForDisplay(toError(this.#audit.failure).message)}`);
    }
  }

  #warn(message: string): void {
    this.#options.reporter.report({ type: "warning", message });
  }
}
