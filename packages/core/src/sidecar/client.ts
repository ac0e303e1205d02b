import type { Duplex } from "node:stream";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { redactForDisplay } from "../secret/redact.ts";
import {
  type ControlEvent,
  type ControlMethod,
  type ControlMethods,
  MAX_CONTROL_MESSAGE_BYTES,
} from "./control-protocol.ts";
import { encodeJsonLine, readJsonLines } from "./json-lines.ts";
import type { SidecarClient } from "./sidecar-client.ts";

interface Pending {
  readonly method: ControlMethod;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: BotBottleError) => void;
}

const MAX_MESSAGE_TEXT = 500;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function sidecarError(message: string): BotBottleError {
  return new BotBottleError("BB_SIDECAR", message, {
    hint: "Run `bot-bottle doctor`; `bot-bottle cleanup` removes what a broken launch left behind.",
  });
}

/** The sidecar's own words about a refusal; `wall_open` has a code of its own. */
function refusalError(method: ControlMethod, error: Record<string, unknown>): BotBottleError {
  const text = typeof error["message"] === "string" ? error["message"] : "no reason given";
  const message = `The sidecar refused "${method}": ${redactForDisplay(text.slice(0, MAX_MESSAGE_TEXT))}`;
  if (isRecord(error["data"]) && error["data"]["code"] === "wall_open") {
    return new BotBottleError("BB_WALL", message, {
      hint: "This engine does not close the internal network. Run `bot-bottle doctor` for what it offers.",
    });
  }
  return sidecarError(message);
}

/**
 * Speaks the control protocol over a byte stream: JSON-RPC 2.0, one message a line. Owns the stream. A broken protocol
 * or a stream that goes away rejects every open call; no error text holds a value that was sent.
 */
export function createSidecarClient(connection: Duplex): SidecarClient {
  const pending = new Map<number, Pending>();
  const listeners = new Set<(event: ControlEvent) => void>();
  let nextId = 1;
  let end: { readonly reason: BotBottleError | undefined } | undefined;
  let resolveClosed: (reason: Error | undefined) => void = () => undefined;
  const closed = new Promise<Error | undefined>((resolve) => (resolveClosed = resolve));

  // Whoever awaits an answer goes on in a later microtask; events behind the answer wait for that, so order holds.
  const later: ControlEvent[] = [];
  let answered = false;
  const deliver = (event: ControlEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const flushEvents = (): void => {
    for (const event of later.splice(0)) deliver(event);
  };

  const finish = (reason: BotBottleError | undefined): void => {
    if (end) return;
    end = { reason };
    flushEvents();
    const error = reason ?? sidecarError("The conversation with the sidecar was closed.");
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    listeners.clear();
    connection.destroy();
    resolveClosed(reason);
  };

  const onAnswered = (): void => {
    if (answered) return;
    answered = true;
    setImmediate(() => {
      answered = false;
      flushEvents();
    });
  };

  const onMessage = (message: unknown): void => {
    if (end) return;
    if (!isRecord(message)) {
      finish(sidecarError("The sidecar broke the control protocol: a message is not an object."));
      return;
    }
    if (message["method"] === "event" && isRecord(message["params"])) {
      const event = message["params"] as unknown as ControlEvent;
      if (answered) later.push(event);
      else deliver(event);
      return;
    }
    const call = typeof message["id"] === "number" ? pending.get(message["id"]) : undefined;
    if (!call) {
      finish(sidecarError("The sidecar broke the control protocol: an answer belongs to no call."));
      return;
    }
    pending.delete(message["id"] as number);
    onAnswered();
    if (isRecord(message["error"])) call.reject(refusalError(call.method, message["error"]));
    else call.resolve(message["result"]);
  };

  readJsonLines(connection, MAX_CONTROL_MESSAGE_BYTES, {
    onMessage,
    onBroken: (reason) => {
      finish(sidecarError(`The sidecar broke the control protocol: ${reason}.`));
    },
    onEnd: () => {
      finish(sidecarError("The sidecar went away."));
    },
  });
  connection.on("error", () => {
    finish(sidecarError("The conversation with the sidecar broke off."));
  });
  connection.on("close", () => {
    finish(sidecarError("The sidecar went away."));
  });

  return {
    closed,
    call<M extends ControlMethod>(
      method: M,
      params: ControlMethods[M]["params"],
    ): Promise<ControlMethods[M]["result"]> {
      if (end) return Promise.reject(end.reason ?? sidecarError("The conversation with the sidecar is closed."));
      const id = nextId++;
      const line = encodeJsonLine({ jsonrpc: "2.0", id, method, params });
      if (Buffer.byteLength(line) > MAX_CONTROL_MESSAGE_BYTES) {
        return Promise.reject(sidecarError(`The parameters of "${method}" are larger than a control message may be.`));
      }
      return new Promise((resolve, reject) => {
        pending.set(id, { method, resolve: resolve as (result: unknown) => void, reject });
        connection.write(line);
      });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      finish(undefined);
    },
  };
}
