import { constants } from "node:fs";
import { lstat, open, readlink, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { TreeEntry } from "../bottle/bottle.ts";
import { errorCode } from "../errors/to-error.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { workspaceError } from "./workspace-error.ts";

/** larger files are streamed */
const MAX_HELD_BYTES = 512 * 1024;
const READ_AHEAD = 32;
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const executableMode = (mode: number): number => ((mode & 0o111) === 0 ? 0o644 : 0o755);

/** The first `size` bytes of a file, no more and no less: a tar has written the size before. */
async function* exactly(path: string, size: number): AsyncGenerator<Buffer> {
  const handle = await open(path, READ_FLAGS);
  let left = size;
  try {
    while (left > 0) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.min(left, MAX_HELD_BYTES)));
      if (bytesRead === 0)
        throw workspaceError(path, "shrank while it was copied", "Start again when nothing writes to it.");
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function fileEntry(handle: FileHandle, path: string, whole: string): Promise<TreeEntry | undefined> {
  const info = await handle.stat();
  if (!info.isFile()) return undefined;
  const entry = { path, type: "file", mode: executableMode(info.mode) } as const;
  if (info.size <= MAX_HELD_BYTES) return { ...entry, content: await handle.readFile() };
  return { ...entry, size: info.size, content: () => Readable.from(exactly(whole, info.size), { objectMode: false }) };
}

/** @returns undefined for what is gone, and for what is neither file nor link */
async function readEntry(folder: string, path: string): Promise<TreeEntry | undefined> {
  const whole = join(folder, path);
  if ((await lstat(whole)).isSymbolicLink()) {
    return { path, type: "symlink", mode: 0o777, target: await readlink(whole) };
  }
  const handle = await open(whole, READ_FLAGS);
  try {
    return await fileEntry(handle, path, whole);
  } finally {
    await handle.close();
  }
}

/** Reads ahead, so that the disk and the guest work at the same time. */
async function* inOrder<T>(paths: readonly string[], read: (path: string) => Promise<T>): AsyncGenerator<T> {
  const waiting: Promise<T>[] = [];
  let next = 0;
  const fill = (): void => {
    while (next < paths.length && waiting.length < READ_AHEAD) {
      const result = read(paths[next++] ?? "");
      result.catch(() => undefined); // its turn comes later; it must not count as unhandled until then
      waiting.push(result);
    }
  };
  fill();
  for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
    fill();
    yield await first;
  }
}

/**
 * Files of the host as they are on disk, as a tree: only the executable bit of their mode travels, links stay links,
 * large files are streamed.
 * @param skip hears what could not be read; what is gone since the listing is left out unsaid
 */
export async function* readFiles(
  folder: string,
  paths: readonly string[],
  skip: (path: string, reason: string) => void,
): AsyncGenerator<TreeEntry> {
  const made = new Set(["."]);
  const read = async (path: string): Promise<TreeEntry | undefined> => {
    try {
      return await readEntry(folder, path);
    } catch (error) {
      const code = errorCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR")
        skip(escapeForDisplay(path), `it cannot be read (${code ?? "error"})`);
      return undefined;
    }
  };
  for await (const entry of inOrder(paths, read)) {
    if (entry === undefined) continue;
    const missing: string[] = [];
    for (let dir = dirname(entry.path); !made.has(dir); dir = dirname(dir)) missing.unshift(dir);
    for (const dir of missing) {
      made.add(dir);
      yield { path: dir, type: "directory", mode: 0o755 };
    }
    yield entry;
  }
}
