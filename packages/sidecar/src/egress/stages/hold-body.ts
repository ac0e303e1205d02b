import type { IncomingMessage } from "node:http";
import { LIMITS } from "../../limits.ts";

/**
 * Reads a whole body that policy must see.
 * @returns undefined when it is longer than `LIMITS.inspectedBodyBytes`, or the client went away
 */
export function holdBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (body: Buffer | undefined): void => {
      incoming.removeListener("data", onData).removeListener("end", onEnd).removeListener("close", onClose);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      parts.push(chunk);
      if (size > LIMITS.inspectedBodyBytes) finish(undefined);
    };
    const onEnd = (): void => {
      finish(Buffer.concat(parts));
    };
    const onClose = (): void => {
      finish(undefined);
    };
    incoming.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
