import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StateHost } from "../backend/hosts.ts";
import type { Bottle, TreeEntry } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { escapeForDisplay, redactForDisplay } from "../secret/redact.ts";
import { readMetadata, updateMetadata } from "../state/state-store.ts";
import { GUEST_EXIT, guestArgv, IMPORT_DIR, PROVISION_SCRIPT } from "../workspace/guest-scripts.ts";
import { type History, readHistory } from "../workspace/history.ts";
import { type FileList, listFiles } from "../workspace/list-files.ts";
import { readFiles } from "../workspace/read-files.ts";

const SCRIPT_TIMEOUT_MS = 600_000;
const MAX_NAMED = 5;
const PLAIN_BRANCH = "refs/heads/main";

/** What goes into the guest besides the files: the whole history of the branch, or `undefined` for none of it. */
async function historyOf(
  list: FileList,
  tempDir: string,
  signal: AbortSignal | undefined,
  warn: (message: string) => void,
): Promise<History | undefined> {
  const { repository, folder } = list;
  if (repository === undefined) return undefined;
  const history =
    repository.top === folder ? await readHistory(repository, tempDir, { signal }) : "the folder is only a part of it";
  if (typeof history !== "string") return history;
  warn(`The history of "${escapeForDisplay(repository.top)}" stays here: ${history}. The files are copied without it.`);
  return undefined;
}

function* importEntries(history: History, list: FileList): Generator<TreeEntry> {
  if (history.head === undefined) return;
  const { bundle, sizeBytes } = history.head;
  const file = { type: "file", mode: 0o600 } as const;
  yield { path: ".git", type: "directory", mode: 0o755 };
  yield { path: IMPORT_DIR, type: "directory", mode: 0o700 };
  yield { ...file, path: `${IMPORT_DIR}/history`, size: sizeBytes, content: () => createReadStream(bundle) };
  yield { ...file, path: `${IMPORT_DIR}/shallow`, content: history.shallow };
  yield { ...file, path: `${IMPORT_DIR}/added`, content: history.added };
  yield { ...file, path: `${IMPORT_DIR}/sparse`, content: list.sparse.map((path) => `${path}\0`).join("") };
}

function scriptArguments(plan: BottlePlan, list: FileList, history: History | undefined): readonly string[] {
  const format = list.repository?.objectFormat ?? "sha1";
  const { guestPath } = plan.workspace;
  if (history === undefined) return [guestPath, PLAIN_BRANCH, "", "sha1", "commit"];
  const head = history.head?.commit ?? "";
  return [guestPath, history.branch ?? "", head, format, "keep", ...history.settings.flat()];
}

/** Runs the script in the guest. @returns the commit that stands for the workspace as it was copied in */
async function importIntoGuest(bottle: Bottle, args: readonly string[]): Promise<string> {
  const request = { argv: guestArgv(PROVISION_SCRIPT, args), user: "agent", cwd: "/" } as const;
  const { exitCode, stdout, stderr } = await bottle.exec({ ...request, timeoutMs: SCRIPT_TIMEOUT_MS });
  const base = /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(stdout)?.[1];
  if (exitCode === 0 && base !== undefined) return base;
  if (exitCode === GUEST_EXIT.noGit) {
    throw new BotBottleError("BB_WORKSPACE", "The bottle's image has no git, which a workspace needs.", {
      hint: "Add it in the bottle file: `agent_provider: {packages: {apt: [git]}}`.",
    });
  }
  if (exitCode === GUEST_EXIT.workspace) {
    throw new BotBottleError("BB_WORKSPACE", "The bottle's image has a git repository in the workspace's place.", {
      hint: "Choose another folder in the bottle file with `workspace: {path: …}`.",
    });
  }
  const tail = redactForDisplay(stderr).trim().split("\n").slice(-5).join("\n");
  throw new BotBottleError(
    "BB_PROVISION",
    `Setting up the workspace failed in the bottle with exit code ${exitCode}.`,
    {
      hint: tail === "" ? "The command printed nothing; see `bot-bottle doctor`." : tail,
    },
  );
}

function warnOfGaps(list: FileList, skipped: FileList["skipped"], warn: (message: string) => void): void {
  const some = (names: readonly string[]): string =>
    names.slice(0, MAX_NAMED).join(", ") + (names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "");
  if (list.submodules.length > 0) {
    warn(`Files of submodules are not copied: ${some(list.submodules.map(escapeForDisplay))}.`);
  }
  if (skipped.length > 0) warn(`Not copied: ${some(skipped.map(({ path, reason }) => `${path} (${reason})`))}.`);
}

/**
 * Puts the workspace into the guest: the working files as they are on disk, and a fresh `.git` with the current
 * branch's history and none of the host's configuration, hooks, remotes, reflogs or stashes. A new file that is staged
 * arrives staged, every other staged change as not staged. A folder without history of its own begins with one commit.
 * The state then knows the commit that stands for the workspace as it came. With mode `none` the empty folder is made.
 * @param signal ends what runs on this machine; the bottle's own work ends by itself
 * @throws BotBottleError `BB_WORKSPACE`, `BB_PROVISION`, `BB_ABORTED`
 */
export async function provisionWorkspace(
  plan: BottlePlan,
  bottle: Bottle,
  host: StateHost,
  signal?: AbortSignal,
): Promise<void> {
  const { mode, source, guestPath, includeIgnored } = plan.workspace;
  await bottle.copyIn([{ path: guestPath.slice(1), type: "directory", mode: 0o755 }], "/");
  if (mode === "none" || source === undefined) return;
  const warn = (message: string): void => {
    bottle.reporter.report({ type: "warning", message });
  };
  const tempDir = await mkdtemp(join(host.home.state(plan.slug), "workspace-"));
  try {
    const list = await listFiles(source, { includeIgnored, signal });
    const history = await historyOf(list, tempDir, signal, warn);
    const skipped = [...list.skipped];
    const entries = async function* (): AsyncGenerator<TreeEntry> {
      if (history !== undefined) yield* importEntries(history, list);
      for (const path of list.submodules) yield { path, type: "directory", mode: 0o755 };
      yield* readFiles(list.folder, list.files, (path, reason) => skipped.push({ path, reason }));
    };
    await bottle.copyIn(entries(), guestPath);
    const workspaceBase = await importIntoGuest(bottle, scriptArguments(plan, list, history));
    warnOfGaps(list, skipped, warn);
    const metadata = await readMetadata(host.home, plan.slug);
    if (metadata === undefined) throw new Error(`the state of "${plan.slug}" is gone`);
    await updateMetadata(host.home, { ...metadata, workspaceBase });
  } finally {
    await rm(tempDir, { recursive: true, force: true });
  }
}
