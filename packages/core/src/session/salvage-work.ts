import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { Bottle } from "../bottle/bottle.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { toError } from "../errors/to-error.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { homeError } from "../state/home-error.ts";
import type { BottleMetadata } from "../state/state-store.ts";
import { boundedFile } from "../workspace/bounded-file.ts";
import { BundleFormatError, readBundleHeader } from "../workspace/bundle-header.ts";
import { GUEST_EXIT, guestArgv, SALVAGE_SCRIPT } from "../workspace/guest-scripts.ts";
import { WORK_REFS } from "../workspace/work-refs.ts";

const MAX_BYTES = 1024 ** 3;
const TIMEOUT_MS = 300_000;

export interface SalvageOptions {
  /** default 1 GiB */
  readonly maxBytes?: number;
  /** time limit of each try in ms, default 5 min */
  readonly timeoutMs?: number;
  /** ends the try; the work stays in the bottle */
  readonly signal?: AbortSignal | undefined;
}

export interface SalvageResult {
  readonly saved: boolean;
  /** a whole sentence for the human */
  readonly reason: string;
}

type Try = { readonly exitCode: number; readonly stderr: string } | { readonly error: unknown };

const GIVE_UP = "`bot-bottle cleanup --discard` gives it up";
const RESCUE = `The work is still in the bottle: \`bot-bottle exec\` can look at it, \`bot-bottle cleanup\` tries again; ${GIVE_UP}.`;

function failure(what: string, hint: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_WORKSPACE", `The work of the bottle could not be saved: ${what}.`, { hint, cause });
}

/** Streams the script's output into the file; more than `maxBytes` ends the exec. */
async function runInto(
  bottle: Bottle,
  args: readonly string[],
  draft: string,
  options: Required<Omit<SalvageOptions, "signal">> & Pick<SalvageOptions, "signal">,
): Promise<Try> {
  const file = boundedFile(draft, options.maxBytes);
  const stop = options.signal === undefined ? file.signal : AbortSignal.any([file.signal, options.signal]);
  const streams = { stdout: file.sink, signal: stop };
  const argv = guestArgv(SALVAGE_SCRIPT, args);
  const exec = bottle.exec({ argv, user: "agent", cwd: "/", timeoutMs: options.timeoutMs, ...streams });
  const [ran] = await Promise.allSettled([exec]);
  const [closed] = await Promise.allSettled([file.close()]);
  if (file.isOver()) throw tooLarge(options.maxBytes);
  if (file.signal.aborted && closed.status === "rejected") throw homeError(`Cannot write "${draft}"`, closed.reason);
  return ran.status === "fulfilled" ? ran.value : { error: ran.reason };
}

function tooLarge(maxBytes: number): BotBottleError {
  const hint = `Remove what is large in the bottle with \`bot-bottle exec\`, then \`bot-bottle cleanup\`; ${GIVE_UP}.`;
  return failure(`it is larger than ${maxBytes / 1024 ** 2} MiB`, hint);
}

/** The checksum at the end of the pack tells whether all of it came. */
async function checkPack(file: string, packOffset: number, objectFormat: "sha1" | "sha256"): Promise<void> {
  const hash = createHash(objectFormat);
  const size = objectFormat === "sha1" ? 20 : 32;
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { start: packOffset }) as AsyncIterable<Buffer>) {
    const joined = Buffer.concat([tail, chunk]);
    hash.update(joined.subarray(0, -size));
    tail = joined.subarray(-size);
  }
  if (!hash.digest().equals(tail)) throw new BundleFormatError("it is not whole");
}

/**
 * What came out of the guest is only looked at: its header, and that it is whole. No program reads it here. The base is
 * what later tells the agent's changes from the human's, so that only the true one is taken.
 */
async function checkBundle(file: string, base: string, mode: "full" | "files"): Promise<void> {
  const { refs, packOffset, objectFormat } = await readBundleHeader(file);
  const known = mode === "files" ? [WORK_REFS.work] : Object.values<string>(WORK_REFS);
  for (const name of refs.keys()) {
    const isBranch = mode === "full" && name.startsWith("refs/heads/");
    if (!isBranch && !known.includes(name)) throw new BundleFormatError("it names something else than branches");
  }
  if (mode === "full" && refs.get(WORK_REFS.base) !== base) {
    throw new BundleFormatError("it begins with another workspace");
  }
  await checkPack(file, packOffset, objectFormat);
}

async function keep(draft: string, targetFile: string): Promise<void> {
  const handle = await open(draft, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, targetFile);
}

function describe(attempt: Try): string {
  if ("error" in attempt) return redactForDisplay(toError(attempt.error).message);
  const tail = redactForDisplay(attempt.stderr).trim().split("\n").slice(-3).join(" ");
  return `exit code ${attempt.exitCode}${tail === "" ? "" : `: ${tail}`}`;
}

/**
 * Saves what the agent did in the workspace since it was copied in: the commits of all branches, and the uncommitted
 * changes as one commit, as a git bundle in `targetFile` (0600, whole or not at all). Nothing is written when nothing
 * differs. When the agent's repository is beyond use, the files alone are saved.
 * @throws BotBottleError `BB_WORKSPACE` when there may be work and it could not be saved
 */
export async function salvageWork(
  bottle: Bottle,
  metadata: Pick<BottleMetadata, "workspaceBase">,
  targetFile: string,
  options: SalvageOptions = {},
): Promise<SalvageResult> {
  const base = metadata.workspaceBase;
  if (base === undefined) return { saved: false, reason: "No workspace was copied into the bottle." };
  const draft = `${targetFile}.new`;
  const limits = { maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS, ...options };
  const failures: string[] = [];
  try {
    for (const mode of ["full", "files"] as const) {
      await rm(draft, { force: true });
      const attempt = await runInto(
        bottle,
        [bottle.plan.workspace.guestPath, base, bottle.plan.guestHome, mode],
        draft,
        limits,
      );
      if ("error" in attempt) {
        throw failure(describe(attempt), RESCUE, attempt.error);
      }
      const { exitCode } = attempt;
      if (exitCode === GUEST_EXIT.unchanged) return { saved: false, reason: "Nothing was changed in the workspace." };
      if (exitCode === GUEST_EXIT.noGit) throw failure("git is gone from the bottle", RESCUE);
      if (exitCode === GUEST_EXIT.workspace)
        return { saved: false, reason: "The workspace in the bottle is gone or empty." };
      if (exitCode === 0 || exitCode === GUEST_EXIT.partial) {
        try {
          await checkBundle(draft, base, mode);
          await keep(draft, targetFile);
          const files = mode === "files" ? " The bottle's repository is beyond use; its files alone were saved." : "";
          const partial = exitCode === GUEST_EXIT.partial ? " Some files could not be read." : "";
          return { saved: true, reason: `The work was saved.${files}${partial}` };
        } catch (error) {
          if (!BundleFormatError.is(error)) throw error;
          failures.push(`what the bottle sent was refused, because ${error.message}`);
        }
      } else failures.push(describe(attempt));
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw failure(failures.join("; then "), RESCUE);
}
