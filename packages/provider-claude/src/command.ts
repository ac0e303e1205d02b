import { type AgentMode, BotBottleError } from "@bot-bottle/core";

const PROGRAM = ["claude", "--dangerously-skip-permissions"];

/** Bytes that Linux takes in one argument, its end included. */
const MAX_ARGUMENT_BYTES = 128 * 1024;

/** `--continue` fails where nothing was said yet, so a session that left no conversation begins anew. */
const RESUME = `for log in "$HOME"/.claude/projects/*/*.jsonl; do [ -e "$log" ] && exec "$@" --continue; done; exec "$@"`;

function checkedPrompt(prompt: string): string {
  if (Buffer.byteLength(prompt) < MAX_ARGUMENT_BYTES) return prompt;
  throw new BotBottleError("BB_USAGE", "The prompt is longer than 128 KiB, the most that one argument can hold.", {
    hint: "Put the text into a file of the workspace and name the file in the prompt.",
  });
}

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
      return [...argv, "-p", "--", checkedPrompt(mode.prompt)];
    case "resume":
      return ["/bin/sh", "-c", RESUME, "sh", ...argv];
  }
}
