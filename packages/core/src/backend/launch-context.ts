import type { Duplex } from "node:stream";
import type { Bottle } from "../bottle/bottle.ts";
import type { Reporter } from "../events/reporter.ts";
import type { SidecarEndpoints, SidecarNetwork } from "../sidecar/control-protocol.ts";
import type { LaunchHost } from "./hosts.ts";
import type { ResourceIdentity } from "./labels.ts";
import type { UndoStack } from "./undo-stack.ts";

/** How a backend's sidecar is reached, and brought back when it dies. */
export interface SidecarAccess {
  /** opens the control channel; called again after a restart */
  readonly connect: () => Promise<Duplex>;
  /** starts a dead sidecar again, closed; absent: it stays down, and the bottle with it has no exit */
  readonly restart?: () => Promise<void>;
  readonly network: SidecarNetwork;
}

export interface ConfiguredSidecar {
  /** PEM, certificate only */
  readonly caCertificate: string;
  readonly endpoints: SidecarEndpoints;
}

/** What a backend's `start` gets besides the plan. */
export interface LaunchContext {
  readonly host: LaunchHost;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly undo: UndoStack;
  /** labels of this launch, but for the role */
  readonly identity: Omit<ResourceIdentity, "role">;
  readonly sidecar: {
    /** Hands policy, secrets and authority to the sidecar and follows its audit trail; the listeners are open after it. */
    configure(access: SidecarAccess): Promise<ConfiguredSidecar>;
    /** The authority that this launch will hand to the sidecar, PEM, certificate only; known before `configure` is done. */
    caCertificate(): Promise<string>;
    /** Ends the audit trail and closes the channel; `destroy` calls it before the sidecar goes. Never throws. */
    end(): Promise<void>;
  };
  /**
   * Runs the provision steps. A backend may begin them itself when its machine runs before the sidecar is ready, because
   * the two can go on at the same time; else they run when `start` has returned.
   */
  provision(bottle: Bottle, begin: EarlyProvision): Promise<void>;
}

export interface EarlyProvision {
  /** the sidecar is ready; commands in the machine wait for it */
  readonly ready: Promise<unknown>;
  /** ends what is on its way; the launch's own signal or one derived from it */
  readonly signal: AbortSignal;
}
