import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { BotBottleError, errorCode } from "@bot-bottle/core";
import { parseIgnore } from "./ignore.ts";

/** One entry of a build context, read whole: what is hashed is what is sent. */
export interface ContextEntry {
  /** relative, `/`-separated */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** permission bits */
  readonly mode: number;
  readonly bytes: Buffer;
}

/** A build context larger than this is an error that names `.dockerignore`. */
export const MAX_CONTEXT_BYTES = 64 * 1024 * 1024;
const MAX_CONTEXT_ENTRIES = 20_000;

function tooLarge(dir: string): BotBottleError {
  return new BotBottleError(
    "BB_IMAGE_BUILD",
    `The build context "${dir}" is larger than ${MAX_CONTEXT_BYTES / 1024 / 1024} MiB or ${MAX_CONTEXT_ENTRIES} files.`,
    {
      hint: "List what the Dockerfile does not copy in a .dockerignore there, or give the Dockerfile a folder of its own.",
    },
  );
}

async function readIgnore(dir: string, dockerfile: string): Promise<(path: string) => boolean> {
  const text = await readFile(join(dir, ".dockerignore"), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  });
  const ignored = parseIgnore(text);
  return (path) => path !== dockerfile && path !== ".dockerignore" && ignored(path);
}

/**
 * Reads a build context in the order of its paths, without what its `.dockerignore` names. Symlinks are entries, not
 * followed; sockets, pipes and devices are left out.
 * @throws BotBottleError `BB_IMAGE_MISSING` for a folder or Dockerfile that is not there, `BB_IMAGE_BUILD` when it is too large
 */
export async function readContext(dir: string, dockerfile: string): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  let total = 0;
  const add = (entry: ContextEntry): void => {
    total += entry.bytes.length;
    if (total > MAX_CONTEXT_BYTES || entries.length >= MAX_CONTEXT_ENTRIES) throw tooLarge(dir);
    entries.push(entry);
  };
  // A folder that is ignored is walked all the same, because a later rule may bring back something below it.
  const walk = async (folder: string, isIgnored: (path: string) => boolean): Promise<void> => {
    for (const name of (await readdir(join(dir, folder))).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const full = join(dir, path);
      const info = await lstat(full);
      const mode = info.mode & 0o777;
      const kept = !isIgnored(path);
      if (info.isDirectory()) {
        if (kept) add({ path, type: "directory", mode, bytes: Buffer.alloc(0) });
        await walk(path, isIgnored);
      } else if (!kept) continue;
      else if (info.isSymbolicLink()) {
        add({ path, type: "symlink", mode: 0o777, bytes: Buffer.from(await readlink(full)) });
      } else if (info.isFile()) {
        if (total + info.size > MAX_CONTEXT_BYTES) throw tooLarge(dir);
        add({ path, type: "file", mode, bytes: await readFile(full) });
      }
    }
  };
  try {
    await walk("", await readIgnore(dir, dockerfile));
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) throw error;
    throw new BotBottleError(
      "BB_IMAGE_MISSING",
      `The build context "${dir}" cannot be read (${errorCode(error) ?? ""}).`,
      {
        hint: "See whether the folder is there and readable.",
        cause: error,
      },
    );
  }
  if (!entries.some(({ path, type }) => path === dockerfile && type === "file")) {
    throw new BotBottleError("BB_IMAGE_MISSING", `There is no "${dockerfile}" in "${dir}".`, {
      hint: "The Dockerfile must be a regular file in its build context.",
    });
  }
  return entries;
}
