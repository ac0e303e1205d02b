import { run, type RunRequest, type RunResult } from "./run.ts";

/**
 * Configuration that wins over a repository's own. Every key here can start a program, reach the network or read a file
 * of somebody's choice in a command that bot-bottle runs.
 */
const OVERRIDES = [
  "advice.graftFileDeprecated=false",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.alternateRefsCommand=",
  "core.attributesFile=/dev/null",
  "core.askPass=",
  "core.editor=false",
  "core.pager=cat",
  "core.sshCommand=false",
  "core.gitProxy=",
  "core.quotePath=false",
  "core.protectHFS=true",
  "core.protectNTFS=true",
  "credential.helper=",
  "diff.external=",
  "fetch.bundleURI=",
  "fetch.fsckObjects=true",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "log.showSignature=false",
  "maintenance.auto=false",
  "protocol.allow=never",
  "submodule.recurse=false",
  "transfer.fsckObjects=true",
] as const;

const ENV = {
  GIT_ALLOW_PROTOCOL: "",
  GIT_ASKPASS: "",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_EDITOR: "false",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  GIT_SSH_COMMAND: "false",
  GIT_TERMINAL_PROMPT: "0",
  SSH_ASKPASS: "",
} as const;

export interface GitRequest extends Omit<RunRequest, "file"> {
  /**
   * repository to work on; without it git looks for one from `cwd` upwards and applies its own rule that a repository
   * of another user needs `safe.directory`
   */
  readonly repository?: { readonly gitDir: string; readonly top: string };
}

/**
 * Runs the host's git so that nothing a repository says can start a program: hooks, fsmonitor, external diff, text
 * conversion, credential helpers, transports, replace objects and grafts are off, and nothing is asked. It is used with
 * commands that leave the working tree alone, because filters run only where a file is compared or written.
 * @throws BotBottleError `BB_COMMAND`, `BB_ABORTED`
 */
export async function git(request: GitRequest): Promise<RunResult> {
  const { repository, args, env, ...rest } = request;
  const place = repository === undefined ? {} : { GIT_DIR: repository.gitDir, GIT_WORK_TREE: repository.top };
  return await run({
    ...rest,
    file: "git",
    args: ["--no-pager", ...OVERRIDES.flatMap((setting) => ["-c", setting]), ...args],
    ...(repository === undefined || rest.outside !== undefined ? {} : { outside: [repository.top] }),
    env: { ...ENV, ...place, ...env },
  });
}
