import type { Reporter } from "@bot-bottle/core";
import { execInContainer } from "./exec.ts";
import type { Container } from "./open-exec.ts";

/** Measuring walks every file that the bottle has written: it takes at most one part in this many of the time. */
const REST_FACTOR = 30;
const MIN_INTERVAL_MS = 10_000;
const END_TIMEOUT_MS = 10_000;

export interface DiskWatchOptions {
  readonly container: Container;
  /** agent user */
  readonly user: string;
  readonly limitBytes: number;
  readonly reporter: Reporter;
  /** shortest pause between two measurements, in ms */
  readonly intervalMs?: number;
}

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(bytes < 1024 ** 3 ? 2 : 1)} GiB`;

/** Bytes that a container has written to its disk. */
async function writtenBytes({ engine, id }: Container): Promise<number> {
  const docker = await engine.docker();
  const sized: object = { size: true }; // missing in the types
  const info = await docker.getContainer(id).inspect(sized);
  return (info as { readonly SizeRw?: number }).SizeRw ?? 0;
}

/** Ends all of the agent's processes; a few rounds, for what was being born. */
const END_ALL = "for i in 1 2 3 4 5; do kill -KILL -1 2>/dev/null; sleep 0.05; done";

/**
 * Watches the disk of a bottle whose storage driver cannot bound it. Past the limit the agent's processes are ended and a
 * warning says so; the machine stays, so that its work can be collected. Collecting it writes as well: it is ended, like
 * everything else, only when as much again was written.
 * @returns a function that stops watching
 */
export function watchDisk({ container, user, limitBytes, reporter, intervalMs }: DiskWatchOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let allowedBytes = limitBytes;
  const later = (ms: number): void => {
    if (stopped) return;
    timer = setTimeout(() => void measure(), ms);
    timer.unref();
  };
  const shortest = intervalMs ?? MIN_INTERVAL_MS;
  const measure = async (): Promise<void> => {
    const begun = performance.now();
    try {
      const bytes = await writtenBytes(container);
      if (bytes > allowedBytes && !stopped) {
        reporter.report({
          type: "warning",
          message: `${container.title} has written ${gib(bytes)}, more than its ${gib(limitBytes)}: its session is ended.`,
          hint: "Raise `resources.disk` in the bottle's manifest.",
        });
        await execInContainer(container, {
          argv: ["/bin/sh", "-c", END_ALL],
          user,
          cwd: "/",
          timeoutMs: END_TIMEOUT_MS,
        });
        allowedBytes = bytes + limitBytes;
      }
    } catch {
      // The machine is going away, or the engine is; whoever uses the bottle hears of it.
    }
    later(Math.max(shortest, (performance.now() - begun) * REST_FACTOR));
  };
  later(shortest);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
