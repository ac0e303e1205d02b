import { type CheckHost, type CheckResult, toError, BotBottleError } from "@bot-bottle/core";
import { formatEngineAddress } from "./client/address.ts";
import type { Engine } from "./client/engine.ts";
import { engineInfo, type EngineInfo } from "./engine-info.ts";
import { asking } from "./errors.ts";
import { hostRanges } from "./host-routes.ts";
import { imageId } from "./images/image-id.ts";
import { engineRanges, parsePool } from "./networks.ts";
import { overlaps, slotAt, slotCount } from "./subnets.ts";

const OLDEST_TESTED = 20;
const FEW_SLOTS = 16;
const DEFAULT_BASE = "node:24-trixie-slim";
const CLOCK_TOLERANCE_MS = 60_000;

type Finding = Pick<CheckResult, "status" | "detail" | "fix">;
interface Check {
  readonly id: string;
  readonly title: string;
  readonly find: () => Promise<Finding> | Finding;
}

const pass = (detail: string): Finding => ({ status: "pass", detail });
const warn = (detail: string, fix?: string): Finding => ({ status: "warn", detail, fix });

async function run({ id, title, find }: Check): Promise<CheckResult> {
  const begun = performance.now();
  const result = (finding: Finding): CheckResult => ({
    ...{ id, title, ...finding },
    durationMs: Math.round(performance.now() - begun),
  });
  try {
    return result(await find());
  } catch (error) {
    const fix = BotBottleError.is(error) ? error.hint : undefined;
    return result({ status: "fail", detail: toError(error).message, fix });
  }
}

function checkVersion(engine: Engine): Finding {
  const version = engine.answer.version ?? "an unknown version";
  if (engine.majorVersion >= OLDEST_TESTED) return pass(version);
  return warn(`${version} is older than what is tested`, `Update Docker to ${OLDEST_TESTED}.10 or later.`);
}

function checkClock(engine: Engine): Finding {
  const seconds = Math.round(engine.answer.clockSkewMs / 1000);
  if (Math.abs(engine.answer.clockSkewMs) <= CLOCK_TOLERANCE_MS) return pass("as this machine's");
  return warn(
    `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's`,
    "Set the clock of the one that is wrong.",
  );
}

function checkWall(engine: Engine): Finding {
  return engine.majorVersion >= 27
    ? pass("internal networks in isolated gateway mode; each launch probes it")
    : pass("internal networks without a gateway address (inhibit_ipv4); each launch probes it");
}

function checkInit({ hasInit }: EngineInfo): Finding {
  return hasInit
    ? pass("docker-init is there")
    : pass("docker-init is not installed; the machine's own first process reaps orphans");
}

function checkLimits({ limits, cgroupVersion, cgroupDriver }: EngineInfo): Finding {
  const kind = `cgroup v${cgroupVersion}, ${cgroupDriver}`;
  const missing = Object.entries(limits).flatMap(([name, works]) => (works ? [] : [name]));
  if (missing.length === 0) return pass(kind);
  return warn(
    `${kind}: the engine cannot bound ${missing.join(", ")}`,
    "Enable these cgroup controllers for the engine (rootless: delegate them to your user; swap: boot with swapaccount=1).",
  );
}

function checkDisk({ storageDriver, backingFilesystem, mayLimitDisk }: EngineInfo): Finding {
  const on = backingFilesystem === undefined ? "" : ` on ${backingFilesystem}`;
  return pass(
    `${storageDriver}${on}: the agent's disk is ${mayLimitDisk ? "bounded where the driver's quota is on, else" : ""} watched`.replace(
      "  ",
      " ",
    ),
  );
}

async function checkPool(engine: Engine, pool: string): Promise<Finding> {
  const range = parsePool(pool);
  const used = [...(await engineRanges(engine)), ...(engine.isLocal ? await hostRanges(range) : [])].filter((one) =>
    overlaps(one, range),
  );
  let free = 0;
  for (let index = 0; index < slotCount(range); index++) {
    const slot = slotAt(range, index);
    if (!used.some((one) => overlaps(one, slot))) free++;
  }
  const bottles = Math.floor(free / 2);
  const fix = "Run `bot-bottle cleanup`, or set a larger `network_pool` in ~/.bot-bottle/config.yml.";
  if (bottles === 0) return { status: "fail", detail: `${pool}: no subnet is free`, fix };
  if (free < FEW_SLOTS) return warn(`${pool}: room for ${bottles} more bottles`, fix);
  return pass(`${pool}: room for ${bottles} more bottles`);
}

async function checkImages(engine: Engine, base: string): Promise<Finding> {
  const docker = await engine.docker();
  const filters = JSON.stringify({ reference: ["bot-bottle/*"] });
  const [baseId, ours] = await Promise.all([
    imageId(engine, base),
    asking("list its images", () => docker.listImages({ filters })),
  ]);
  const built = ours.length === 0 ? "none built yet, the first start builds them" : `${ours.length} of ours`;
  if (baseId !== undefined) return pass(`base image ${base}, ${built}`);
  return ours.length > 0
    ? warn(`${built}; the base image ${base} is not there and will be fetched`, `Try \`docker pull ${base}\`.`)
    : warn(`the base image ${base} will be fetched at the first start`, `Try \`docker pull ${base}\`.`);
}

/** What `doctor` says about an engine. Without an engine only the first result is there, the others are skipped. */
export async function checkEngine(find: () => Promise<Engine>, host: CheckHost): Promise<readonly CheckResult[]> {
  let engine: Engine | undefined;
  const first = await run({
    id: "docker.engine",
    title: "Docker engine",
    find: async () => {
      engine = await find();
      return pass(`${formatEngineAddress(engine.address)} (${engine.origin})`);
    },
  });
  const found = engine;
  if (found === undefined) return [first];
  const info = engineInfo(found);
  info.catch(() => undefined);
  const checks: readonly Check[] = [
    { id: "docker.version", title: "Engine version", find: () => checkVersion(found) },
    { id: "docker.clock", title: "Engine clock", find: () => checkClock(found) },
    { id: "docker.wall", title: "Private network", find: () => checkWall(found) },
    { id: "docker.pool", title: "Network pool", find: () => checkPool(found, host.networkPool) },
    { id: "docker.images", title: "Images", find: () => checkImages(found, host.baseImage ?? DEFAULT_BASE) },
    { id: "docker.limits", title: "Resource limits", find: async () => checkLimits(await info) },
    { id: "docker.disk", title: "Disk limit", find: async () => checkDisk(await info) },
    { id: "docker.init", title: "Orphan processes", find: async () => checkInit(await info) },
    {
      id: "docker.gvisor",
      title: "gVisor",
      find: async () =>
        (await info).runtimes.includes("runsc")
          ? pass("the engine offers runsc")
          : { status: "skip", detail: "not installed" },
    },
  ];
  return [first, ...(await Promise.all(checks.map(run)))];
}
