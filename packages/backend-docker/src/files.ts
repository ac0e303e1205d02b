import { posix } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BotBottleError, redactForDisplay, toError, type TreeEntries, type TreeEntry } from "@bot-bottle/core";
import type { Pack } from "tar-stream";
import { isDiskFull } from "./errors.ts";
import { execInContainer } from "./exec.ts";
import type { Container } from "./open-exec.ts";

/** Only programs of the image itself, whatever the agent put on its PATH. */
const ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
/** `-o`: owned by whoever unpacks; `-p`: modes as they are written. */
const UNPACK = 'mkdir -p -- "$1" && exec tar -x -o -p -f - -C "$1"';
const READ = '[ -f "$1" ] && [ ! -L "$1" ] || exit 66; exec head -c "$2" -- "$1"';
const NO_REGULAR_FILE = 66;
const IDLE_TIMEOUT_MS = 30_000;

export interface ContainerUser {
  readonly container: Container;
  /** name or uid in the container */
  readonly user: string;
}

function checkPath(path: string): string {
  const parts = path.split("/");
  if (path === "" || path.includes("\0") || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new TypeError(`${JSON.stringify(path)} is no relative path of a tree entry`);
  }
  return path;
}

async function packEntry(tar: Pack, entry: TreeEntry): Promise<void> {
  const name = checkPath(entry.path);
  const mode = entry.mode & 0o777;
  const mtime = new Date();
  const { type, content = "", target = "" } = entry;
  const whole = async (header: Parameters<Pack["entry"]>[0], bytes = Buffer.alloc(0)): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      tar.entry(header, bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  };
  if (type === "directory") await whole({ name: `${name}/`, type, mode, mtime });
  else if (type === "symlink") await whole({ name, type, mode: 0o777, mtime, linkname: target });
  else if (typeof content === "function") {
    if (entry.size === undefined) throw new TypeError(`the tree entry "${name}" has no size`);
    await pipeline(content(), tar.entry({ name, mode, mtime, size: entry.size }));
  } else await whole({ name, mode, mtime }, Buffer.from(content));
}

/** A tar of the entries, made as it is read. */
async function packTree(entries: TreeEntries): Promise<Readable> {
  const { pack } = await import("tar-stream");
  const tar = pack();
  const feed = async (): Promise<void> => {
    try {
      for await (const entry of entries) await packEntry(tar, entry);
      tar.finalize();
    } catch (error) {
      tar.destroy(toError(error));
    }
  };
  void feed();
  // tar-stream brings a stream library of its own.
  return Readable.from(tar, { objectMode: false });
}

function copyError(dir: string, exitCode: number, stderr: string): BotBottleError {
  const tail = redactForDisplay(stderr).trim().split("\n").slice(-5).join("\n");
  if (isDiskFull(stderr)) {
    return new BotBottleError(
      "BB_DISK_FULL",
      `The disk of the bottle is full: files could not be copied to "${dir}".`,
      {
        hint: "Raise `resources.disk`, or free space on the engine's machine.",
      },
    );
  }
  return new BotBottleError(
    "BB_PROVISION",
    `Files could not be copied to "${dir}" in the bottle (tar ended with ${exitCode}).`,
    {
      hint: tail === "" ? "The image needs sh, mkdir and tar." : tail,
    },
  );
}

/**
 * Copies a tree below a folder of the container as one tar over exec, as the user who will own it.
 * @throws BotBottleError `BB_PROVISION`, `BB_DISK_FULL`, `BB_ABORTED`; what reading the entries throws
 */
export async function copyTreeIn(
  { container, user }: ContainerUser,
  entries: TreeEntries,
  dir: string,
  signal?: AbortSignal,
): Promise<void> {
  const tar = await packTree(entries);
  let failure: Error | undefined;
  const stdin = new PassThrough();
  tar.once("error", (error) => {
    failure = error;
    stdin.end();
  });
  tar.pipe(stdin);
  try {
    const { exitCode, stderr } = await execInContainer(container, {
      argv: ["/bin/sh", "-c", UNPACK, "sh", dir],
      user,
      cwd: "/",
      env: ENV,
      stdin,
      maxOutputBytes: 256 * 1024,
      signal,
    });
    if (failure !== undefined) throw failure;
    if (exitCode !== 0) throw copyError(dir, exitCode, stderr.toString());
  } finally {
    tar.destroy();
  }
}

/** Writes one file, its folders included. @param mode permission bits */
export async function writeFileIn(
  target: ContainerUser,
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const entry: TreeEntry = { path: posix.basename(path), type: "file", mode, content };
  await copyTreeIn(target, [entry], posix.dirname(path));
}

/**
 * Reads one regular file. What comes is data from a hostile machine.
 * @throws BotBottleError `BB_PROVISION` when it is no regular file, larger than `maxBytes`, or stops coming
 */
export async function copyFileOut({ container, user }: ContainerUser, path: string, maxBytes: number): Promise<Buffer> {
  const failed = (why: string): BotBottleError =>
    new BotBottleError("BB_PROVISION", `"${path}" in the bottle ${why}.`, { hint: "Nothing was copied." });
  const chunks: Buffer[] = [];
  let size = 0;
  const idle = new AbortController();
  const stop = (): void => {
    idle.abort();
  };
  let timer = setTimeout(stop, IDLE_TIMEOUT_MS);
  const stdout = new PassThrough();
  stdout.on("data", (chunk: Buffer) => {
    clearTimeout(timer);
    timer = setTimeout(stop, IDLE_TIMEOUT_MS);
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  });
  try {
    const { exitCode } = await execInContainer(container, {
      argv: ["/bin/sh", "-c", READ, "sh", path, String(maxBytes + 1)],
      user,
      cwd: "/",
      env: ENV,
      stdout,
      signal: idle.signal,
    });
    if (exitCode === NO_REGULAR_FILE) throw failed("is no regular file");
    if (exitCode !== 0) throw failed("cannot be read");
    if (size > maxBytes) throw failed(`is larger than ${maxBytes} bytes`);
    return Buffer.concat(chunks);
  } catch (error) {
    throw idle.signal.aborted ? failed("stopped coming") : error;
  } finally {
    clearTimeout(timer);
  }
}
