import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { git } from "../process/safe-git.ts";
import { homeError } from "../state/home-error.ts";
import { boundedFile } from "./bounded-file.ts";
import { readBundleHeader } from "./bundle-header.ts";
import { holdsItsOwnObjects, type Repository } from "./open-repository.ts";
import { readSmallFile } from "./read-small-file.ts";
import { isRefName } from "./ref-name.ts";

const MAX_HISTORY_BYTES = 2 * 1024 ** 3;
const BUNDLE_TIMEOUT_MS = 600_000;
const FALLBACK_BRANCH = "main";
/** Failures of the repository itself: its files go without their history. */
const STAYS_HERE: readonly string[] = ["BB_COMMAND", "BB_WORKSPACE"];

/** What of a repository's history goes into the guest. */
export interface History {
  /** full name of the current branch; undefined for a detached HEAD */
  readonly branch: string | undefined;
  /** undefined for a branch without a commit */
  readonly head?: { readonly commit: string; readonly bundle: string; readonly sizeBytes: number } | undefined;
  /** commits whose parents the host does not have either */
  readonly shallow: string;
  /** tracked files that the last commit does not have */
  readonly added: Buffer;
  /** settings that decide what git takes for a change, by name; each from a fixed list of values */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

const SETTINGS: Readonly<Record<string, RegExp>> = {
  "core.autocrlf": /^(true|input)$/,
  "core.eol": /^(lf|crlf)$/,
  "core.filemode": /^false$/,
};

async function ask(repository: Repository, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout } = await git({ repository, args, cwd: repository.top, okExitCodes: [0, 1], signal });
  return stdout.toString("utf8").trim();
}

/** The last value of each setting counts, as git has it. */
async function readSettings(repository: Repository, signal?: AbortSignal): Promise<History["settings"]> {
  const args = ["config", "--get-regexp", "^core\\.(autocrlf|eol|filemode)$"];
  const lines = (await ask(repository, args, signal)).toLowerCase();
  const found = new Map(
    lines.split("\n").map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1)]),
  );
  return [...found].filter(([name, value]) => SETTINGS[name]?.test(value) === true);
}

interface HistoryOptions {
  /** default 2 GiB */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

async function writeBundle(
  repository: Repository,
  path: string,
  { maxBytes = MAX_HISTORY_BYTES, signal }: HistoryOptions,
): Promise<void> {
  const file = boundedFile(path, maxBytes);
  const args = ["-c", "pack.window=0", "bundle", "create", "--quiet", "-", "HEAD"];
  const stop = signal === undefined ? file.signal : AbortSignal.any([file.signal, signal]);
  const limits = { stdout: file.sink, signal: stop, timeoutMs: BUNDLE_TIMEOUT_MS };
  const [made] = await Promise.allSettled([git({ repository, cwd: repository.top, args, ...limits })]);
  const [closed] = await Promise.allSettled([file.close()]);
  if (file.isOver()) throw new BotBottleError("BB_WORKSPACE", `it is larger than ${maxBytes / 1024 ** 2} MiB`);
  if (file.signal.aborted && closed.status === "rejected") throw homeError(`Cannot write "${path}"`, closed.reason);
  if (made.status === "rejected") throw made.reason;
}

/**
 * Writes the history of the current branch, and nothing else that the repository holds, as a bundle into `tempDir`.
 * @returns a sentence that says why, when the history cannot be taken along
 * @throws BotBottleError `BB_ABORTED`; `BB_DISK_FULL`, `BB_HOME_UNUSABLE` when `tempDir` cannot take it
 */
export async function readHistory(
  repository: Repository,
  tempDir: string,
  options: HistoryOptions = {},
): Promise<History | string> {
  const { signal } = options;
  if (!(await holdsItsOwnObjects(repository))) return "its objects lie partly in another folder";
  const [symbolic, settings, commit] = await Promise.all([
    ask(repository, ["symbolic-ref", "--quiet", "HEAD"], signal),
    readSettings(repository, signal),
    ask(repository, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], signal),
  ]);
  const branch = symbolic.startsWith("refs/heads/") && isRefName(symbolic) ? symbolic : undefined;
  const empty = { branch: branch ?? `refs/heads/${FALLBACK_BRANCH}`, shallow: "", added: Buffer.alloc(0), settings };
  if (commit === "") return empty;
  const bundle = join(tempDir, "history.bundle");
  try {
    await writeBundle(repository, bundle, options);
    const { refs } = await readBundleHeader(bundle);
    const head = refs.get("HEAD");
    if (head === undefined) return "git did not say where it ends";
    const diff = ["diff-index", "--cached", "--name-only", "--no-renames", "--diff-filter=A", "-z", head];
    const { stdout: added } = await git({ repository, cwd: repository.top, args: diff, signal });
    const shallow = await readSmallFile(join(repository.commonDir, "shallow"));
    if (shallow === "odd") return "it is shallow in an odd way";
    const { size: sizeBytes } = await stat(bundle);
    return { branch, head: { commit: head, bundle, sizeBytes }, shallow: shallow?.text ?? "", added, settings };
  } catch (error) {
    if (!BotBottleError.is(error) || !STAYS_HERE.includes(error.code)) throw error;
    await rm(bundle, { force: true });
    return error.message;
  }
}
