import type { IncomingMessage } from "node:http";
import type { Refusal } from "@bot-bottle/core";
import { LIMITS } from "../../limits.ts";
import { refuse } from "../refusals.ts";

let holding = 0;

/** Reads a whole body that policy must see; what is too long, too slow or too much at once is refused. */
export function holdBody(incoming: IncomingMessage, rule: string): Promise<Buffer | Refusal> {
  if (holding >= LIMITS.inspectedBodies) {
    return Promise.resolve(refuse("overloaded", "Too many bodies are being read at once.", { rule }));
  }
  holding++;
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (result: Buffer | Refusal): void => {
      holding--;
      clearTimeout(timer);
      incoming.removeListener("data", onData).removeListener("end", onEnd).removeListener("close", onLate);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      parts.push(chunk);
      if (size <= LIMITS.inspectedBodyBytes) return;
      finish(refuse("too_large", `The body is longer than ${LIMITS.inspectedBodyBytes} bytes.`, { rule }));
    };
    const onEnd = (): void => {
      finish(Buffer.concat(parts));
    };
    const onLate = (): void => {
      finish(refuse("too_large", "The body did not arrive in time.", { rule }));
    };
    const timer = setTimeout(onLate, LIMITS.inspectedBodyMs);
    incoming.on("data", onData).on("end", onEnd).on("close", onLate);
  });
}
