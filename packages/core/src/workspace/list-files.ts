import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { git } from "../process/safe-git.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { findTop, openRepository, type Repository } from "./open-repository.ts";
import { acceptFolder } from "./refuse-folder.ts";
import { workspaceError } from "./workspace-error.ts";

const MAX_REPOSITORY_FILES = 500_000;
const MAX_PLAIN_FILES = 50_000;
const MAX_LIST_BYTES = 256 * 1024 * 1024;
const MAX_NESTING = 5;
const LIST_TIMEOUT_MS = 120_000;

export interface ListOptions {
  /** copies what `.gitignore` leaves out as well */
  readonly includeIgnored: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What of a folder goes into a workspace. Paths are relative to it, `/`-separated, and may hold any character. */
export interface FileList {
  /** real path of the folder */
  readonly folder: string;
  /** the repository that the folder lies in; its history is copied only when the folder is its top */
  readonly repository?: Repository | undefined;
  /** files and links; those that went since are left to the reader */
  readonly files: readonly string[];
  /** tracked files that a sparse checkout keeps off the disk */
  readonly sparse: readonly string[];
  /** folders of submodules, which are copied without their files */
  readonly submodules: readonly string[];
  /** what is left out, for display */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

interface Listing {
  readonly files: Set<string>;
  readonly sparse: string[];
  readonly submodules: string[];
  readonly skipped: { path: string; reason: string }[];
}

/** Segments that would leave the folder or land in the guest's own `.git`; git accepts them from a crafted index. */
function isSafePath(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/^\.git[ .]*$/i.test(part));
}

/** Records of a `-z` listing. Names that are no UTF-8 cannot travel and are reported. */
function decodeRecords(bytes: Buffer, skipped: Listing["skipped"]): string[] {
  const records: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0, start);
    const end = found === -1 ? bytes.length : found;
    const slice = bytes.subarray(start, end);
    const record = slice.toString("utf8");
    if (record.includes("\ufffd") && !Buffer.from(record).equals(slice)) {
      skipped.push({ path: escapeForDisplay(parseRecord(record).path), reason: "its name is not UTF-8" });
    } else records.push(record);
    start = end + 1;
  }
  return records;
}

/** One record of `ls-files -t --stage`: a tag, for tracked files mode, object and stage, and the path. */
function parseRecord(record: string): { tag: string; mode: string; path: string } {
  if (record.startsWith("? ")) return { tag: "?", mode: "", path: record.slice(2) };
  const [, tag = "", mode = "", path = ""] = /^([A-Z]) (\d{6}) [0-9a-f]+ \d\t([^]*)$/.exec(record) ?? [];
  return { tag, mode, path };
}

/** Sorts records into the listing. @returns folders of repositories that lie in this one */
function readRecords(records: readonly string[], prefix: string, listing: Listing): string[] {
  const gone = new Set<string>();
  const found: string[] = [];
  const nested: string[] = [];
  for (const { tag, mode, path: shown } of records.map(parseRecord)) {
    const path = prefix + shown;
    if (tag === "?" && shown.endsWith("/")) nested.push(shown.slice(0, -1));
    else if (!isSafePath(path)) {
      listing.skipped.push({ path: escapeForDisplay(path), reason: "its name is not allowed" });
    } else if (mode === "160000") listing.submodules.push(path);
    else if (tag === "R") gone.add(path);
    else if (tag === "S") listing.sparse.push(path);
    else found.push(path);
  }
  for (const path of found) if (!gone.has(path)) listing.files.add(path);
  return nested;
}

async function listRepository(
  repository: Repository,
  folder: string,
  prefix: string,
  options: ListOptions,
  listing: Listing,
  depth = 0,
): Promise<void> {
  const { stdout } = await git({
    repository,
    cwd: folder,
    args: [
      "ls-files",
      ...["-z", "-t", "--stage", "--cached", "--others", "--deleted"],
      ...(options.includeIgnored ? [] : ["--exclude-standard"]),
    ],
    maxOutputBytes: MAX_LIST_BYTES,
    timeoutMs: LIST_TIMEOUT_MS,
    signal: options.signal,
  });
  const nested = readRecords(decodeRecords(stdout, listing.skipped), prefix, listing);
  if (listing.files.size > MAX_REPOSITORY_FILES) {
    throw workspaceError(folder, `holds more than ${MAX_REPOSITORY_FILES} files`, "Leave some out with .gitignore.");
  }
  for (const name of nested) {
    const inner = join(folder, name);
    const skip = (reason: string): unknown => listing.skipped.push({ path: escapeForDisplay(prefix + name), reason });
    if (depth === MAX_NESTING) skip(`it is nested deeper than ${MAX_NESTING} repositories`);
    else {
      try {
        await listRepository(
          await openRepository(inner, options.signal),
          inner,
          `${prefix}${name}/`,
          options,
          listing,
          depth + 1,
        );
      } catch (error) {
        if (!BotBottleError.is(error) || error.code === "BB_ABORTED") throw error;
        skip(error.message);
      }
    }
  }
}

async function listPlainFolder(folder: string, { signal }: ListOptions, listing: Listing): Promise<void> {
  const waiting = [""];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    signal?.throwIfAborted();
    for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
      const path = prefix + entry.name;
      if (!isSafePath(path)) continue;
      if (entry.isDirectory()) waiting.push(`${path}/`);
      else if (entry.isFile() || entry.isSymbolicLink()) listing.files.add(path);
      else listing.skipped.push({ path: escapeForDisplay(path), reason: "it is neither file, folder nor link" });
      if (listing.files.size > MAX_PLAIN_FILES) {
        throw workspaceError(
          folder,
          `is no git repository and holds more than ${MAX_PLAIN_FILES} files`,
          "Start from a smaller folder, or run `git init` there and name in .gitignore what is to stay out.",
        );
      }
    }
  }
}

/** A tracked path below a folder that has become a link would be read through that link, out of the folder. */
async function dropBehindLinks(folder: string, files: Iterable<string>): Promise<string[]> {
  const parents = new Set<string>();
  for (const path of files) {
    for (let dir = dirname(path); dir !== "." && !parents.has(dir); dir = dirname(dir)) parents.add(dir);
  }
  const links = new Set<string>();
  await Promise.all(
    [...parents].map(async (dir) => {
      const info = await lstat(join(folder, dir)).catch(() => undefined);
      if (info?.isDirectory() !== true) links.add(dir);
    }),
  );
  const isBehind = (path: string): boolean => {
    for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) if (links.has(dir)) return true;
    return false;
  };
  return links.size === 0 ? [...files] : [...files].filter((path) => !isBehind(path));
}

/**
 * Lists what of a folder is copied: of a git repository the tracked files that are there and the untracked ones that
 * are not ignored (with `includeIgnored` those too), of any other folder all files. `.git` is never part of it.
 * @throws BotBottleError `BB_WORKSPACE` for a folder that may not or cannot be copied, `BB_ABORTED`
 */
export async function listFiles(dir: string, options: ListOptions): Promise<FileList> {
  const folder = await acceptFolder(dir);
  const top = await findTop(folder);
  const listing: Listing = { files: new Set(), sparse: [], submodules: [], skipped: [] };
  const repository = top === undefined ? undefined : await openRepository(top, options.signal);
  if (repository === undefined) await listPlainFolder(folder, options, listing);
  else await listRepository(repository, folder, "", options, listing);
  return {
    folder,
    repository,
    files: (await dropBehindLinks(folder, listing.files)).sort(),
    sparse: listing.sparse,
    submodules: (await dropBehindLinks(folder, listing.submodules)).sort(),
    skipped: listing.skipped,
  };
}
