import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { TreeEntry } from "../bottle/bottle.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { isInside } from "./resolve-tool.ts";

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_DEPTH = 32;

interface Bounds {
  readonly root: string;
  entries: number;
  bytes: number;
}

function refuse(root: string, path: string, what: string, hint: string): BotBottleError {
  const shown = escapeForDisplay(path === "" ? root : join(root, path));
  return new BotBottleError("BB_PROVISION", `"${shown}" ${what}.`, { hint });
}

/** The link's text, when it leads to something inside the tree by a relative way. */
async function targetInside(root: string, path: string): Promise<string> {
  const target = await readlink(join(root, path));
  const real = isAbsolute(target) ? undefined : await realpath(join(root, path)).catch(() => undefined);
  if (real !== undefined && isInside(real, root)) return target;
  throw refuse(root, path, "is a link that leaves its folder", "Put a copy of its target in its place.");
}

/** Reads one regular file; nothing is waited for and no link is followed, whatever took its place meanwhile. */
async function readRegularFile(bounds: Bounds, path: string): Promise<{ content: Buffer; info: Stats }> {
  const handle = await open(join(bounds.root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw refuse(bounds.root, path, "is not a regular file", "Remove it from the folder.");
    bounds.bytes += info.size;
    if (bounds.bytes > MAX_BYTES) {
      throw refuse(bounds.root, "", `holds more than ${MAX_BYTES / 1024 / 1024} MiB`, "Make the folder smaller.");
    }
    return { content: await handle.readFile(), info };
  } finally {
    await handle.close();
  }
}

async function* walk(bounds: Bounds, dir: string, depth: number): AsyncGenerator<TreeEntry> {
  const { root } = bounds;
  if (depth > MAX_DEPTH) throw refuse(root, dir, `is nested deeper than ${MAX_DEPTH} folders`, "Make it flatter.");
  for (const name of (await readdir(join(root, dir))).sort()) {
    if (name === ".git") continue;
    const path = dir === "" ? name : `${dir}/${name}`;
    if (++bounds.entries > MAX_ENTRIES) {
      throw refuse(root, "", `holds more than ${MAX_ENTRIES} files`, "Make the folder smaller.");
    }
    const info = await lstat(join(root, path));
    if (info.isDirectory()) {
      yield { path, type: "directory", mode: 0o755 };
      yield* walk(bounds, path, depth + 1);
    } else if (info.isSymbolicLink()) {
      yield { path, type: "symlink", mode: 0o777, target: await targetInside(root, path) };
    } else if (info.isFile()) {
      const file = await readRegularFile(bounds, path);
      yield { path, type: "file", mode: (file.info.mode & 0o111) === 0 ? 0o644 : 0o755, content: file.content };
    } else {
      throw refuse(root, path, "is neither file, folder nor link", "Remove it from the folder.");
    }
  }
}

/**
 * A folder of the host as a tree for a guest: files with their executable bit and no other, folders, and links that
 * stay inside; `.git` folders are left out. The folder itself may be a link.
 * @throws BotBottleError `BB_PROVISION` for a link that leaves the folder, a device, pipe or socket, or a folder past
 *   10,000 entries, 256 MiB or 32 levels
 */
export async function* readTree(dir: string): AsyncGenerator<TreeEntry> {
  yield* walk({ root: await realpath(dir), entries: 0, bytes: 0 }, "", 0);
}
