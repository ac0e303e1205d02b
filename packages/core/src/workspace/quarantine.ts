import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { git } from "../process/safe-git.ts";
import type { Repository } from "./open-repository.ts";

const INDEX_TIMEOUT_MS = 600_000;

/** Objects on their way into a repository, not yet seen by it. */
export interface Quarantine {
  /** environment under which git sees them beside the repository's own */
  readonly env: Readonly<Record<string, string>>;
  /** Moves the objects into the repository. */
  admit(): Promise<void>;
  /** Removes what was not admitted. */
  drop(): Promise<void>;
}

const quoted = (path: string): string => `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;

/**
 * Reads a pack into a folder of its own beside the repository's objects, with every object checked (`fsck`) and every
 * link between them. The folder's name is one that `git gc` removes should this process die.
 * @param pack file, and the offset at which the pack begins in it
 * @throws BotBottleError `BB_COMMAND` when an object is malformed or missing; nothing is left then
 */
export async function quarantinePack(
  repository: Repository,
  pack: { readonly file: string; readonly offset: number; readonly maxBytes: number },
): Promise<Quarantine> {
  const objects = join(repository.commonDir, "objects");
  const folder = await mkdtemp(join(objects, "tmp_objdir-bot-bottle-"));
  const env = { GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objects) };
  const drop = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(join(folder, "pack"));
    await git({
      repository,
      cwd: repository.top,
      env,
      args: ["index-pack", "--stdin", "--fix-thin", "--strict=badFilemode=error", `--max-input-size=${pack.maxBytes}`],
      stdin: createReadStream(pack.file, { start: pack.offset }),
      timeoutMs: INDEX_TIMEOUT_MS,
    });
  } catch (error) {
    await drop();
    throw error;
  }
  const admit = async (): Promise<void> => {
    const order = [".pack", ".rev", ".idx"]; // the index comes last: with it the pack is there for git
    const names = (await readdir(join(folder, "pack"))).filter((name) => order.some((end) => name.endsWith(end)));
    const rank = (name: string): number => order.findIndex((end) => name.endsWith(end));
    await mkdir(join(objects, "pack"), { recursive: true });
    for (const name of names.sort((a, b) => rank(a) - rank(b))) {
      await chmod(join(folder, "pack", name), 0o444);
      await rename(join(folder, "pack", name), join(objects, "pack", name));
    }
  };
  return { env, admit, drop };
}
