import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "./session.ts";

/** Command lines of what runs with the environment of a session, whatever started it. */
export async function processesOf({ home }: Session): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = async (path: string): Promise<string[]> =>
    await readFile(path, "utf8").then(
      (text) => text.split("\0"),
      () => [],
    );
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await read(`/proc/${pid}/environ`)).includes(`HOME=${home}`)
        ? [(await read(`/proc/${pid}/cmdline`)).join(" ").trim()]
        : [],
    ),
  );
  return found.flat();
}

/** @returns what is left of a session after its end; whoever is about to end gets two seconds for it */
export async function leftOver(session: Session): Promise<string[]> {
  for (let waited = 0; waited < 2_000; waited += 100) {
    if ((await processesOf(session)).length === 0) return [];
    await sleep(100);
  }
  return await processesOf(session);
}
