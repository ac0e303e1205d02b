import { stat } from "node:fs/promises";
import type { Slug } from "../bottle/slug.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";
import { git } from "../process/safe-git.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { wantedBranches, type PulledKind, type WantedBranch } from "./branch-names.ts";
import { BundleFormatError, readBundleHeader, type BundleHeader } from "./bundle-header.ts";
import { changedFiles, type RiskyChange } from "./changed-files.ts";
import { findTop, openRepository, type Repository } from "./open-repository.ts";
import { quarantinePack } from "./quarantine.ts";
import { acceptFolder } from "./refuse-folder.ts";
import { WORK_REFS } from "./work-refs.ts";

export interface PullRequest {
  /** file that `salvageWork` wrote */
  readonly bundle: string;
  /** a folder of the repository that takes the work */
  readonly repository: string;
  readonly slug: Slug;
}

export interface PulledBranch {
  readonly kind: PulledKind;
  /** without `refs/heads/` */
  readonly name: string;
  readonly commit: string;
  /** the agent's name for it, escaped for display */
  readonly source: string;
  /** `present`: the branch was there with this commit already */
  readonly status: "created" | "present";
}

export interface PulledWork {
  /** real path of the repository's top */
  readonly repository: string;
  readonly branches: readonly PulledBranch[];
  /** files that differ from the workspace as it was copied in */
  readonly changedFiles: number;
  /** changes that act on the host by themselves later; paths are escaped for display */
  readonly risks: readonly RiskyChange[];
}

const MAX_BUNDLE_BYTES = 4 * 1024 ** 3;
const CHECK_TIMEOUT_MS = 300_000;

function pullError(message: string, hint: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_WORKSPACE_PULL", message, { hint, cause });
}

async function readHeader(file: string): Promise<BundleHeader> {
  try {
    if ((await stat(file)).size > MAX_BUNDLE_BYTES) throw new BundleFormatError("it is too large");
    return await readBundleHeader(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      const hint = "Work is kept only when a workspace was copied in and something changed in it.";
      throw pullError("No work of that bottle is kept here.", hint, error);
    }
    const why = BundleFormatError.is(error) ? error.message : (errorCode(error) ?? "it cannot be read");
    throw pullError(`The work in "${escapeForDisplay(file)}" was refused: ${why}.`, "Nothing was fetched.", error);
  }
}

async function openTarget(dir: string): Promise<Repository> {
  const top = await findTop(await acceptFolder(dir));
  if (top !== undefined) return await openRepository(top);
  throw pullError(`"${escapeForDisplay(dir)}" is no git repository.`, "Go to the repository, or run `git init` first.");
}

class Target {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  async ask(
    args: readonly string[],
    options: { stdin?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    const cwd = this.#repository.top;
    const { stdout } = await git({ repository: this.#repository, cwd, args, timeoutMs: CHECK_TIMEOUT_MS, ...options });
    return stdout.toString("utf8");
  }

  /** Types of the objects; `missing` for those that are not there. */
  async typesOf(ids: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    const options = { stdin: ids.map((id) => `${id}\n`).join(""), env };
    const answer = await this.ask(["cat-file", "--batch-check=%(objecttype)"], options);
    return answer.split("\n").map((line) => (line.endsWith(" missing") ? "missing" : line));
  }

  /** Commits of our branches that are there, by name. */
  async branches(wanted: readonly WantedBranch[]): Promise<ReadonlyMap<string, string>> {
    const patterns = wanted.map(({ name }) => `refs/heads/${name}`);
    const lines = await this.ask(["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", ...patterns]);
    return new Map(
      lines
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [[line.slice(line.indexOf(" ") + 1), line.split(" ")[0] ?? ""]])),
    );
  }
}

/** All branches or none; one that somebody else made meanwhile stops it. */
async function createBranches(target: Target, wanted: readonly WantedBranch[], slug: Slug): Promise<void> {
  const lines = wanted.map(({ name, commit }) => `create refs/heads/${name}\0${commit}\0`).join("");
  try {
    await target.ask(["update-ref", "-m", `bot-bottle pull ${slug}`, "--stdin", "-z"], { stdin: lines });
  } catch (error) {
    if (!BotBottleError.is(error) || error.code !== "BB_COMMAND") throw error;
    throw pullError(`The branches of "${slug}" could not be made.`, error.hint ?? "Look at `git branch`.", error);
  }
}

/** Trees that the agent began with: the workspace, and the commit below it. Without them, what the human has now. */
async function startingPoints(
  target: Target,
  header: BundleHeader,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const base = header.refs.get(WORK_REFS.base);
  const points = base === undefined ? ["HEAD"] : [base, `${base}^1`];
  const found: string[] = [];
  for (const point of points) {
    const tree = await target
      .ask(["rev-parse", "--verify", "--end-of-options", `${point}^{tree}`], { env })
      .catch(() => "");
    if (tree !== "") found.push(tree.trim());
  }
  return found.length > 0 ? found : [(await target.ask(["hash-object", "-t", "tree", "/dev/null"])).trim()];
}

/**
 * The files that a work bundle changes, read in quarantine; the repository stays as it is.
 * @returns paths, escaped for display, sorted
 * @throws as `pullWork`
 */
export async function changesOfWork(request: PullRequest): Promise<readonly string[]> {
  const { paths } = await readWork(request, async () => undefined);
  return [...paths].map(escapeForDisplay).sort();
}

/**
 * Brings the work of a bottle into a repository of the human, as branches and nothing else: no checkout, no tags, no
 * hooks. Objects are checked one by one in quarantine before the repository sees them; a branch that is there with
 * another commit stops it before anything is changed.
 * @throws BotBottleError `BB_WORKSPACE_PULL`, `BB_WORKSPACE` for a folder that is no place for it
 */
export async function pullWork(request: PullRequest): Promise<PulledWork> {
  const { repository, wanted, present, paths, risks } = await readWork(request, async (work) => {
    await work.admit();
    const missing = work.wanted.filter(({ name }) => !work.present.has(name));
    if (missing.length > 0) await createBranches(work.target, missing, request.slug);
  });
  return {
    repository: repository.top,
    changedFiles: paths.size,
    risks: risks.map(({ trigger, path }) => ({ trigger, path: escapeForDisplay(path) })),
    branches: wanted.map((branch) => ({
      ...branch,
      source: escapeForDisplay(branch.source),
      status: present.has(branch.name) ? "present" : "created",
    })),
  };
}

interface CheckedWork {
  readonly target: Target;
  readonly wanted: readonly WantedBranch[];
  /** commits of our branches that the repository has, by name */
  readonly present: ReadonlyMap<string, string>;
  /** moves the objects into the repository */
  readonly admit: () => Promise<void>;
}

/** Checks a bundle against a repository, with its objects in quarantine until `take` admits them. */
async function readWork(request: PullRequest, take: (work: CheckedWork) => Promise<void>) {
  const header = await readHeader(request.bundle);
  const repository = await openTarget(request.repository);
  const target = new Target(repository);
  if (header.objectFormat !== repository.objectFormat) {
    throw pullError(
      `The work is stored as ${header.objectFormat}, this repository as ${repository.objectFormat}.`,
      RIGHT_PLACE,
    );
  }
  const wanted = wantedBranches(header, request.slug);
  const present = await target.branches(wanted);
  const taken = wanted.find(({ name, commit }) => present.has(name) && present.get(name) !== commit);
  if (taken !== undefined) {
    throw pullError(`The branch "${taken.name}" is there already, with other commits.`, renameHint(taken.name));
  }
  const types = await target.typesOf(header.prerequisites);
  if (header.prerequisites.some((_, index) => types[index] !== "commit")) {
    throw pullError("This repository does not have the commits that the work builds on.", RIGHT_PLACE);
  }
  const found = await inQuarantine(target, repository, request, header, wanted, async (admit) => {
    await take({ target, wanted, present, admit });
  });
  return { repository, wanted, present, ...found };
}

const RIGHT_PLACE = "Run this in the repository from which the bottle was started.";
const renameHint = (name: string): string =>
  `Give it another name first: \`git branch --move ${name} ${name}-earlier\`.`;

async function inQuarantine(
  target: Target,
  repository: Repository,
  request: PullRequest,
  header: BundleHeader,
  wanted: readonly WantedBranch[],
  take: (admit: () => Promise<void>) => Promise<void>,
): Promise<{ readonly paths: ReadonlySet<string>; readonly risks: readonly RiskyChange[] }> {
  const pack = { file: request.bundle, offset: header.packOffset, maxBytes: MAX_BUNDLE_BYTES };
  const refused = (error: unknown): BotBottleError => {
    if (!BotBottleError.is(error) || error.code !== "BB_COMMAND") throw error;
    return pullError("The work was refused: git found its objects malformed or incomplete.", error.hint ?? "", error);
  };
  const quarantine = await quarantinePack(repository, pack).catch((error: unknown) => {
    throw refused(error);
  });
  try {
    const commits = wanted.map(({ commit }) => commit);
    const types = await target.typesOf(commits, quarantine.env);
    if (commits.some((_, index) => types[index] !== "commit")) {
      throw pullError("The work was refused: it names commits that it does not hold.", "Nothing was fetched.");
    }
    const walk = ["rev-list", "--objects", "--quiet", ...commits, "--not", "--all"];
    await target.ask(walk, { env: quarantine.env }).catch((error: unknown) => {
      throw refused(error);
    });
    const from = await startingPoints(target, header, quarantine.env);
    const paths = new Set<string>();
    const risks = new Map<string, RiskyChange>();
    for (const commit of commits) {
      const changes = await changedFiles(repository, quarantine.env, from, commit);
      for (const path of changes.paths) paths.add(path);
      for (const risk of changes.risks) risks.set(`${risk.trigger}\0${risk.path}`, risk);
    }
    await take(() => quarantine.admit());
    return { paths, risks: [...risks.values()] };
  } finally {
    await quarantine.drop();
  }
}
