import type { ControlEvent, ControlMethod, ControlMethods } from "./control-protocol.ts";

/** A typed conversation with one sidecar over any byte stream. */
export interface SidecarClient {
  /** @throws BotBottleError `BB_SIDECAR` when the sidecar refuses, breaks the protocol or goes away */
  call<M extends ControlMethod>(method: M, params: ControlMethods[M]["params"]): Promise<ControlMethods[M]["result"]>;
  /** @returns a function that stops listening */
  onEvent(listener: (event: ControlEvent) => void): () => void;
  /** resolves when the stream ended, with the reason when it was not `close()` */
  readonly closed: Promise<Error | undefined>;
  close(): void;
}
