import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { encodeJsonLine, MAX_CONTROL_MESSAGE_BYTES, readJsonLines, toError } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import { ControlError } from "./control-error.ts";
import type { ControlService } from "./service.ts";

const RPC_ERROR = -32_000;
const RPC_INTERNAL = -32_603;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

function readCall(message: unknown): Call | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { id, method, params } = message as Record<string, unknown>;
  return typeof id === "number" && typeof method === "string" ? { id, method, params } : undefined;
}

function errorAnswer(id: number, error: unknown): object {
  if (error instanceof ControlError) {
    return { jsonrpc: "2.0", id, error: { code: RPC_ERROR, message: error.message, data: { code: error.code } } };
  }
  // The text of an unexpected error could quote what was sent; its kind cannot.
  const message = `The sidecar failed (${toError(error).name}).`;
  return { jsonrpc: "2.0", id, error: { code: RPC_INTERNAL, message, data: { code: "internal" } } };
}

function serveConnection(socket: Socket, service: ControlService): void {
  const goneCallbacks: (() => void)[] = [];
  const send = (message: object): void => {
    if (socket.destroyed) return;
    socket.write(encodeJsonLine(message));
    if (socket.writableLength > LIMITS.subscriberBacklogBytes) socket.destroy();
  };
  const peer = {
    sendLine(line: string): void {
      send({ jsonrpc: "2.0", method: "event", params: { type: "audit", line } });
    },
    onGone(callback: () => void): void {
      if (socket.destroyed) callback();
      else goneCallbacks.push(callback);
    },
  };
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const callback of goneCallbacks) callback();
  });
  readJsonLines(socket, MAX_CONTROL_MESSAGE_BYTES, {
    onMessage(message) {
      const call = readCall(message);
      if (!call) {
        socket.destroy();
        return;
      }
      service.call(call.method, call.params, peer).then(
        (answer) => {
          send({ jsonrpc: "2.0", id: call.id, result: answer.result });
          answer.afterwards?.();
        },
        (error: unknown) => {
          send(errorAnswer(call.id, error));
        },
      );
    },
    onBroken: () => socket.destroy(),
    onEnd: () => socket.end(),
  });
}

/** Serves the control protocol on a Unix socket that only this process's user may open. */
export function startControlServer(path: string, service: ControlService): Promise<Server> {
  mkdirSync(dirname(path), { mode: 0o700, recursive: true });
  chmodSync(dirname(path), 0o700);
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    serveConnection(socket, service);
  });
  server.maxConnections = LIMITS.controlConnections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const umask = process.umask(0o177);
    server.listen(path, () => {
      resolve(server);
    });
    process.umask(umask);
  });
}
