import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { git } from "../process/safe-git.ts";
import { readSmallFile } from "./read-small-file.ts";
import { workspaceError } from "./workspace-error.ts";

/** A repository of the host whose `.git` was seen to belong to its folder. All paths are real and absolute. */
export interface Repository {
  /** the folder that holds `.git` */
  readonly top: string;
  readonly gitDir: string;
  /** differs from `gitDir` in a linked worktree */
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
}

/**
 * The nearest folder from `dir` upwards that has a `.git`, on one file system as git looks for it.
 * @param dir real path
 */
export async function findTop(dir: string): Promise<string | undefined> {
  const { dev } = await stat(dir);
  for (let folder = dir; ; folder = dirname(folder)) {
    if ((await stat(folder)).dev !== dev) return undefined;
    if (await lstat(join(folder, ".git")).catch(() => undefined)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

async function real(path: string): Promise<string | undefined> {
  return await realpath(path).catch(() => undefined);
}

/** True when a git folder that lies elsewhere says itself that `top` is its working tree. */
async function pointsBack(gitDir: string, commonDir: string, top: string, signal?: AbortSignal): Promise<boolean> {
  const link = await readSmallFile(join(gitDir, "gitdir"));
  if (link === "odd") return false;
  if (link !== undefined) {
    const back = await real(resolve(gitDir, link.text.trim()));
    return back === join(top, ".git") && dirname(dirname(gitDir)) === commonDir;
  }
  const args = ["config", "--no-includes", "--file", join(gitDir, "config"), "--get", "core.worktree"];
  const { stdout } = await git({ args, okExitCodes: [0, 1], outside: [top], signal });
  const worktree = stdout.toString("utf8").trim();
  return commonDir === gitDir && worktree !== "" && (await real(resolve(gitDir, worktree))) === top;
}

async function askGit(top: string, signal?: AbortSignal): Promise<readonly string[]> {
  const questions = ["--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--show-object-format"];
  try {
    const { stdout } = await git({ args: ["rev-parse", ...questions], cwd: top, signal });
    return stdout.toString("utf8").split("\n");
  } catch (error) {
    if (!BotBottleError.is(error) || error.code !== "BB_COMMAND") throw error;
    const missing = error.message.includes("is not on this machine");
    if (missing)
      throw workspaceError(top, "is a git repository, and git is not on this machine", error.hint ?? "", error);
    throw workspaceError(top, "is a git repository that git does not accept", error.hint ?? "Run `git status`.", error);
  }
}

/**
 * Opens the repository of a folder that holds `.git`. Git itself judges who owns it (`safe.directory`); on top of that
 * the `.git` must not lead to somebody else's history: a link or a `gitdir:` file counts only when the folder that it
 * leads to names this one as its working tree, as linked worktrees and submodules do.
 * @param top real path
 * @throws BotBottleError `BB_WORKSPACE`, `BB_ABORTED`
 */
export async function openRepository(top: string, signal?: AbortSignal): Promise<Repository> {
  const [shownTop = "", shownGitDir = "", shownCommonDir = "", format] = await askGit(top, signal);
  const gitDir = await real(shownGitDir);
  const commonDir = await real(resolve(top, shownCommonDir));
  const worktree = await real(shownTop);
  const elsewhere = workspaceError(
    top,
    "has a .git that leads elsewhere",
    "Make a clone with `git clone`, or a worktree with `git worktree add`, and start from there.",
  );
  if (worktree !== top || gitDir === undefined || commonDir === undefined) throw elsewhere;
  const isPlain = gitDir === join(top, ".git") && commonDir === gitDir;
  if (!isPlain && !(await pointsBack(gitDir, commonDir, top, signal))) throw elsewhere;
  return { top, gitDir, commonDir, objectFormat: format === "sha256" ? "sha256" : "sha1" };
}

/**
 * True when every object of the repository lies in its own folder as a plain file. Alternates and links would let a
 * crafted `.git` carry the history of another repository of this user into the bottle.
 */
export async function holdsItsOwnObjects(repository: Repository): Promise<boolean> {
  const objects = join(repository.commonDir, "objects");
  if ((await real(objects)) !== objects) return false;
  const alternates = await readSmallFile(join(objects, "info/alternates"));
  if (alternates === "odd" || (alternates !== undefined && alternates.text.trim() !== "")) return false;
  const folders = await readdir(objects, { withFileTypes: true });
  if (folders.some((entry) => entry.isSymbolicLink())) return false;
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => join(objects, name));
  const files = await Promise.all(names.map((name) => readdir(name, { withFileTypes: true })));
  return files.every((entries) => entries.every((entry) => !entry.isSymbolicLink()));
}
