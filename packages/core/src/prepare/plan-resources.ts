import { availableParallelism, totalmem } from "node:os";
import type { ResourcePlan } from "../bottle/plan-parts.ts";
import type { BottleSpec } from "../bottle/spec.ts";

const GIB = 1024 ** 3;

/** Limits of the agent machine where the manifest sets none; `docs/limits.md` lists them. */
export const DEFAULT_RESOURCES = { cpus: 4, memoryBytes: 8 * GIB, pids: 2048, diskBytes: 20 * GIB } as const;

/** The manifest's limits over the defaults; default CPUs and memory never exceed the machine's. */
export function planResources({ resources }: BottleSpec): ResourcePlan {
  return {
    cpus: resources.cpus ?? Math.min(DEFAULT_RESOURCES.cpus, availableParallelism()),
    memoryBytes: resources.memoryBytes ?? Math.min(DEFAULT_RESOURCES.memoryBytes, Math.floor(totalmem() * 0.75)),
    pids: resources.pids ?? DEFAULT_RESOURCES.pids,
    diskBytes: resources.diskBytes ?? DEFAULT_RESOURCES.diskBytes,
  };
}
