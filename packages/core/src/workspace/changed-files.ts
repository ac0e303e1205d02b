import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { git } from "../process/safe-git.ts";
import type { Repository } from "./open-repository.ts";
import { leavesRepository, riskOfPath, type RiskTrigger } from "./risky-paths.ts";

/** of all paths of one commit: folders that repeat each other can hold more than any memory */
const MAX_LIST_BYTES = 128 * 1024 * 1024;
const MAX_LINKS = 1000;
const MAX_LINK_BYTES = 4096;
const DIFF_TIMEOUT_MS = 60_000;

/** A change that acts on the host by itself later. */
export interface RiskyChange {
  readonly trigger: RiskTrigger | "link" | "submodule";
  /** as it is in the repository; must be escaped for display */
  readonly path: string;
}

export interface ChangedFiles {
  readonly paths: ReadonlySet<string>;
  readonly risks: readonly RiskyChange[];
}

interface Change {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
}

type Ask = (args: readonly string[], stdin?: string) => Promise<Buffer>;

/** Differences between two trees, read from objects alone: no working tree, driver or text conversion has a part in it. */
async function diffTrees(ask: Ask, from: string, to: string): Promise<readonly Change[]> {
  const flags = ["-r", "-z", "--raw", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv"];
  const fields = (await ask(["diff-tree", ...flags, from, to])).toString("utf8").split("\0");
  const changes: Change[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, , mode = "", object = ""] = /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+)/.exec(fields[index] ?? "") ?? [];
    changes.push({ path: fields[index + 1] ?? "", mode, object });
  }
  return changes;
}

/** Contents of small blobs, in one go. @param ids of blobs that are there */
async function readBlobs(ask: Ask, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const answer = await ask(["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""));
  const blobs = new Map<string, string>();
  for (let offset = 0; offset < answer.length;) {
    const lineEnd = answer.indexOf(10, offset);
    const [id = "", , size = "0"] = answer.toString("latin1", offset, lineEnd).split(" ");
    const end = lineEnd + 1 + Number(size);
    blobs.set(id, answer.toString("utf8", lineEnd + 1, end));
    offset = end + 1;
  }
  return blobs;
}

/** Links that lead out of the repository, or that are too many or too long to tell. */
async function readLinks(ask: Ask, links: readonly Change[]): Promise<readonly RiskyChange[]> {
  const ids = [...new Set(links.map(({ object }) => object))];
  if (ids.length === 0) return [];
  const sizes = await ask(["cat-file", "--batch-check=%(objectsize)"], ids.map((id) => `${id}\n`).join(""));
  const lines = sizes.toString("latin1").split("\n");
  const small = ids.filter((_, index) => Number(lines[index]) <= MAX_LINK_BYTES).slice(0, MAX_LINKS);
  const targets = await readBlobs(ask, small);
  const leaves = ({ path, object }: Change): boolean => leavesRepository(path, targets.get(object) ?? "/");
  return links.filter(leaves).map(({ path }) => ({ trigger: "link", path }));
}

/**
 * What `to` changes against every one of `from`: a file that the human had changed when the workspace was copied in
 * equals one of them. @param env under which git sees the objects
 * @throws BotBottleError `BB_WORKSPACE_PULL` for more changes than can be listed
 */
export async function changedFiles(
  repository: Repository,
  env: Readonly<Record<string, string>>,
  from: readonly string[],
  to: string,
): Promise<ChangedFiles> {
  const ask: Ask = async (args, stdin = "") => {
    const limits = { maxOutputBytes: MAX_LIST_BYTES, timeoutMs: DIFF_TIMEOUT_MS };
    return (await git({ repository, cwd: repository.top, env, args, stdin, ...limits })).stdout;
  };
  try {
    await ask(["ls-tree", "-r", "-z", "--name-only", to]); // its output is bounded while it comes, unlike a difference's
    const [first = [], ...others] = await Promise.all(from.map((tree) => diffTrees(ask, tree, to)));
    const sets = others.map((changes) => new Set(changes.map(({ path }) => path)));
    const changes = first.filter(({ path }) => sets.every((set) => set.has(path)));
    const risks = changes.flatMap(({ path, mode }): RiskyChange[] => {
      if (mode === "160000") return [{ trigger: "submodule", path }];
      const trigger = riskOfPath(path);
      return trigger === undefined ? [] : [{ trigger, path }];
    });
    const links = changes.filter(({ mode }) => mode === "120000");
    return { paths: new Set(changes.map(({ path }) => path)), risks: [...risks, ...(await readLinks(ask, links))] };
  } catch (error) {
    if (!BotBottleError.is(error) || error.code !== "BB_COMMAND") throw error;
    throw new BotBottleError("BB_WORKSPACE_PULL", "The work holds more files than can be listed; it was not fetched.", {
      hint: error.message,
      cause: error,
    });
  }
}
