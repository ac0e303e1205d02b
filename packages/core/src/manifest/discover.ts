import { type Dirent, opendirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../errors/to-error.ts";
import type { HomePaths } from "../paths/home.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { ManifestError } from "./manifest-error.ts";

export type ManifestOrigin = "home" | "repository";

/** A manifest file by name; nothing of it has been read. */
export interface ManifestName {
  readonly name: string;
  readonly file: string;
  readonly origin: ManifestOrigin;
}

export interface FoundFile extends ManifestName {
  /** real path of the folder that the file may not leave */
  readonly folder: string;
}

export interface Discovery {
  readonly agents: ReadonlyMap<string, FoundFile>;
  readonly bottles: ReadonlyMap<string, FoundFile>;
  readonly warnings: readonly string[];
}

const NAME = /^[a-z][a-z0-9-]*$/;
const MAX_ENTRIES = 4096;
const MAX_WARNINGS = 5;

interface Folder {
  readonly path: string;
  readonly real: string;
  readonly origin: ManifestOrigin;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Entries of a folder, at most `MAX_ENTRIES`; none when it does not exist. */
function entriesOf(path: string): readonly Dirent[] {
  const entries: Dirent[] = [];
  try {
    const dir = opendirSync(path);
    try {
      for (let entry = dir.readSync(); entry !== null && entries.length < MAX_ENTRIES; entry = dir.readSync()) {
        entries.push(entry);
      }
    } finally {
      dir.closeSync();
    }
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return [];
    const message = `cannot be listed (${errorCode(cause) ?? "unknown error"})`;
    throw new ManifestError("BB_MANIFEST_READ", [{ path, line: 1, column: 1, message }], {
      hint: "Make it a folder that you can read.",
      cause,
    });
  }
  return entries;
}

function scan({ path, real, origin }: Folder, warnings: string[]): readonly FoundFile[] {
  const files = entriesOf(path)
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort();
  const isName = (file: string): boolean => NAME.test(file.slice(0, -3));
  const others = files.filter((file) => !isName(file));
  for (const file of others.slice(0, MAX_WARNINGS)) {
    warnings.push(
      `${escapeForDisplay(join(path, file))} is ignored: a name is lower-case letters, digits and "-", a letter first`,
    );
  }
  if (others.length > MAX_WARNINGS) {
    warnings.push(`${escapeForDisplay(path)} holds ${others.length - MAX_WARNINGS} more files that are ignored`);
  }
  return files
    .filter(isName)
    .map((file) => ({ name: file.slice(0, -3), file: join(path, file), origin, folder: real }));
}

function scanHome(path: string, warnings: string[]): readonly FoundFile[] {
  return scan({ path, real: realPath(path) ?? path, origin: "home" }, warnings);
}

/** A repository is not trusted: its folder must be where it seems to be, and a broken one only costs its own agents. */
function scanRepository(cwd: string, home: HomePaths, warnings: string[]): readonly FoundFile[] {
  const root = realPath(cwd);
  const own = join(cwd, ".bot-bottle");
  const realOwn = realPath(own);
  if (root === undefined || realOwn === undefined || realOwn === realPath(home.root)) return [];
  if (realPath(join(own, "bottles")) !== undefined) {
    warnings.push(`${escapeForDisplay(join(own, "bottles"))} is ignored: a repository may ship agents, never bottles`);
  }
  const path = join(own, "agents");
  const real = realPath(path);
  if (real === undefined) return [];
  if (real !== join(root, ".bot-bottle", "agents")) {
    warnings.push(`${escapeForDisplay(path)} is ignored: it is a link that leaves the repository`);
    return [];
  }
  try {
    return scan({ path, real, origin: "repository" }, warnings);
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    warnings.push(error.message);
    return [];
  }
}

/**
 * Finds manifests by name; no file is opened. A home agent hides a repository's of the same name.
 * @throws ManifestError `BB_MANIFEST_READ` when a folder of the home cannot be listed
 */
export function discover(home: HomePaths, cwd: string): Discovery {
  const warnings: string[] = [];
  const byName = (files: readonly FoundFile[]): [string, FoundFile][] => files.map((file) => [file.name, file]);
  const bottles = scanHome(home.bottles, warnings);
  const own = scanHome(home.agents, warnings);
  const repository = scanRepository(cwd, home, warnings);
  return { agents: new Map(byName([...repository, ...own])), bottles: new Map(byName(bottles)), warnings };
}
