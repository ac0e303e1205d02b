import type { Bottle, ExecRequest, TreeEntries, TreeEntry } from "../bottle/bottle.ts";

/** Path without its leading `/`: where something lies below the guest's root. */
function belowRoot(path: string): string {
  if (!path.startsWith("/")) throw new TypeError(`not an absolute path in the guest: ${JSON.stringify(path)}`);
  return path.replace(/^\/+/, "").replace(/\/+$/, "");
}

async function* below(entries: TreeEntries, dir: string): AsyncGenerator<TreeEntry> {
  for await (const entry of entries) yield { ...entry, path: dir === "" ? entry.path : `${dir}/${entry.path}` };
}

/** A bottle whose file operations wait and travel together. */
export interface BatchedBottle extends Bottle {
  /** sends what waits */
  flush(): Promise<void>;
}

/**
 * Joins consecutive writes of the agent user into one copy, because each one costs an exec on every backend. Order is
 * kept: whatever runs or reads in the guest comes after the writes before it.
 * @param signal ends commands and copies
 * @param before what every command waits for; writes of the agent user do not
 */
export function batchedBottle(bottle: Bottle, signal?: AbortSignal, before?: Promise<unknown>): BatchedBottle {
  let waiting: AsyncIterable<TreeEntry>[] = [];
  const stoppable = async function* (entries: TreeEntries): AsyncGenerator<TreeEntry> {
    for await (const entry of entries) {
      signal?.throwIfAborted();
      yield entry;
    }
  };
  const flush = async (): Promise<void> => {
    const parts = waiting;
    waiting = [];
    if (parts.length === 0) return;
    const all = async function* (): AsyncGenerator<TreeEntry> {
      for (const part of parts) yield* part;
    };
    await bottle.copyIn(stoppable(all()), "/", { signal });
  };
  const withSignal = (request: ExecRequest): ExecRequest => {
    if (signal === undefined) return request;
    return { ...request, signal: request.signal === undefined ? signal : AbortSignal.any([request.signal, signal]) };
  };
  return {
    plan: bottle.plan,
    reporter: bottle.reporter,
    sidecar: bottle.sidecar,
    flush,
    writeFile: async (path, content, mode, user) => {
      if (user === "root") {
        await flush();
        await bottle.writeFile(path, content, mode, user);
      } else waiting.push(below([{ path: belowRoot(path), type: "file", mode, content }], ""));
    },
    copyIn: async (entries, targetDir, options = {}) => {
      if (options.user === "root") {
        await flush();
        await bottle.copyIn(stoppable(entries), targetDir, { signal, ...options });
      } else waiting.push(below(entries, belowRoot(targetDir)));
    },
    exec: async (request) => {
      await flush();
      await before;
      return await bottle.exec(withSignal(request));
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
}
