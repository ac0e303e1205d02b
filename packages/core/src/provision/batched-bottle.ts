import { type Bottle, type TreeEntries, type TreeEntry } from "../bottle/bottle.ts";

async function* below(entries: TreeEntries, dir: string): AsyncGenerator<TreeEntry> {
  const prefix = dir.replace(/^\/+/, "").replace(/\/+$/, "");
  for await (const entry of entries) yield { ...entry, path: prefix === "" ? entry.path : `${prefix}/${entry.path}` };
}

/** A bottle whose file operations wait and travel together. */
export interface BatchedBottle extends Bottle {
  /** sends what waits */
  flush(): Promise<void>;
}

/**
 * Joins consecutive writes of the agent user into one copy, because each one costs an exec on every backend. Order is
 * kept: whatever runs or reads in the guest comes after the writes before it.
 */
export function batchedBottle(bottle: Bottle): BatchedBottle {
  let waiting: AsyncIterable<TreeEntry>[] = [];
  const flush = async (): Promise<void> => {
    const parts = waiting;
    waiting = [];
    if (parts.length === 0) return;
    const all = async function* (): AsyncGenerator<TreeEntry> {
      for (const part of parts) yield* part;
    };
    await bottle.copyIn(all(), "/");
  };
  const batched: BatchedBottle = {
    plan: bottle.plan,
    reporter: bottle.reporter,
    sidecar: bottle.sidecar,
    flush,
    writeFile: async (path, content, mode, user) => {
      if (user === "root") {
        await flush();
        await bottle.writeFile(path, content, mode, user);
      } else waiting.push(below([{ path: path.slice(1), type: "file", mode, content }], ""));
    },
    copyIn: async (entries, targetDir, user) => {
      if (user === "root") {
        await flush();
        await bottle.copyIn(entries, targetDir, user);
      } else waiting.push(below(entries, targetDir));
    },
    exec: async (request) => {
      await flush();
      return await bottle.exec(request);
    },
    attach: async (request) => {
      await flush();
      return await bottle.attach(request);
    },
    copyOut: async (path, maxBytes) => {
      await flush();
      return await bottle.copyOut(path, maxBytes);
    },
    endSession: (session) => bottle.endSession(session),
    destroy: () => bottle.destroy(),
    [Symbol.asyncDispose]: () => bottle.destroy(),
  };
  return batched;
}
