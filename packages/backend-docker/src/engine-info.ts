import type { Engine } from "./client/engine.ts";
import { asking } from "./errors.ts";

/** What matters to us of `GET /info`. */
export interface EngineInfo {
  readonly cpus: number;
  /** docker-init is installed beside the engine */
  readonly hasInit: boolean;
  /** the storage driver may know how to bound a container's disk; only trying tells */
  readonly mayLimitDisk: boolean;
  readonly storageDriver: string;
  readonly backingFilesystem: string | undefined;
  readonly cgroupVersion: string;
  readonly cgroupDriver: string;
  readonly limits: { readonly memory: boolean; readonly swap: boolean; readonly pids: boolean; readonly cpu: boolean };
  readonly runtimes: readonly string[];
}

interface RawInfo {
  readonly NCPU?: number;
  readonly InitBinary?: string;
  readonly InitCommit?: { readonly ID?: string };
  readonly Driver?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly CgroupVersion?: string;
  readonly CgroupDriver?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
}

export function parseInfo(raw: RawInfo): EngineInfo {
  const driver = raw.Driver ?? "unknown";
  const backing = raw.DriverStatus?.find(([name]) => name === "Backing Filesystem")?.[1];
  return {
    cpus: raw.NCPU ?? 1,
    // The engine writes "N/A" when it could not run the program.
    hasInit: (raw.InitBinary ?? "") !== "" && raw.InitCommit !== undefined && raw.InitCommit.ID !== "N/A",
    mayLimitDisk: (driver === "overlay2" && backing === "xfs") || ["btrfs", "zfs"].includes(driver),
    storageDriver: driver,
    backingFilesystem: backing,
    cgroupVersion: raw.CgroupVersion ?? "1",
    cgroupDriver: raw.CgroupDriver ?? "unknown",
    limits: {
      memory: raw.MemoryLimit ?? false,
      swap: raw.SwapLimit ?? false,
      pids: raw.PidsLimit ?? false,
      cpu: raw.CpuCfsQuota ?? false,
    },
    runtimes: Object.keys(raw.Runtimes ?? {}),
  };
}

export async function engineInfo(engine: Engine): Promise<EngineInfo> {
  const docker = await engine.docker();
  return parseInfo((await asking("describe itself", () => docker.info())) as RawInfo);
}
