import { type AgentMode, promptArgument } from "@bot-bottle/core";

const PROGRAM = ["claude", "--dangerously-skip-permissions"];

/** `--continue` fails where nothing was said yet, so a session that left no conversation begins anew. */
const RESUME = `for log in "$HOME"/.claude/projects/*/*.jsonl; do [ -e "$log" ] && exec "$@" --continue; done; exec "$@"`;

/**
 * Program and arguments of a session.
 * @param promptFile in the guest; undefined when the agent has no prompt
 * @throws BotBottleError `BB_USAGE` when a headless prompt does not fit into one argument
 */
export function agentCommand(mode: AgentMode, promptFile: string | undefined): readonly string[] {
  const argv = [...PROGRAM, ...(promptFile === undefined ? [] : ["--append-system-prompt-file", promptFile])];
  switch (mode.kind) {
    case "interactive":
      return argv;
    case "headless":
      return [...argv, "-p", "--", promptArgument(mode.prompt)];
    case "resume":
      return ["/bin/sh", "-c", RESUME, "sh", ...argv];
  }
}
